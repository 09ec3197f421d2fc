package dev.aloft.e2e;

import dev.aloft.lab.DebianPackages;
import dev.aloft.testkit.Ceph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Hands the constructors of test classes a [Fleet] of two servers and its [BucketView]. All classes of a process that
/// ask for the same S3 get the same ones: the first one waits until they are up, and they go after the last test.
///
/// The tests of one fleet run one after the other, leave its S3 in order, and compare with what they found.
final class SharedFleet implements ParameterResolver {

    private static final int SERVERS = 2;

    private final String name;
    private final Maker maker;

    private SharedFleet(String name, Maker maker) {
        this.name = name;
        this.maker = maker;
    }

    static SharedFleet onEmbeddedS3() {
        return new SharedFleet("embedded", TestS3::embedded);
    }

    static SharedFleet onCeph() {
        return new SharedFleet("ceph", folder -> {
            Ceph.requirePackages(System.err::println);
            return TestS3.ceph(folder);
        });
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return List.of(Fleet.class, BucketView.class)
                .contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedFleet.class))
                .computeIfAbsent(name, _ -> start(), Running.class);
        return parameter.getParameter().getType() == Fleet.class ? running.fleet() : running.bucket();
    }

    private Running start() {
        try {
            DebianPackages.forWordPress().require(System.err::println);
            Path folder = Files.createTempDirectory(
                    "aloft-fleet-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            return start(folder, maker.start(folder.resolve("s3")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the fleet on the S3 '" + name + "'", e);
        }
    }

    private static Running start(Path folder, TestS3 s3) throws IOException {
        try {
            Fleet fleet = Fleet.start(folder.resolve("servers"), s3, SERVERS);
            return new Running(folder, s3, fleet, BucketView.open(s3, Fleet.BUCKET));
        } catch (IOException | RuntimeException e) {
            s3.close();
            throw e;
        }
    }

    private interface Maker {
        TestS3 start(Path folder) throws IOException;
    }

    /// Everything of one fleet, in one temporary folder. JUnit's store closes it.
    private record Running(Path folder, TestS3 s3, Fleet fleet, BucketView bucket) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            try (s3;
                    fleet;
                    bucket) {
                // From the last one to the first.
            }
            List<Path> files;
            try (Stream<Path> all = Files.walk(folder)) {
                files = all.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
