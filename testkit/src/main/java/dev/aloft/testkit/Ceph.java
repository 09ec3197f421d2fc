package dev.aloft.testkit;

import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.S3Credentials;
import dev.aloft.lab.Service;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A private S3 that is not ours: Ceph's RADOS gateway on a cluster of its own, from Debian's packages.
///
/// One monitor, one object store in memory, one gateway; all on loopback, with their files in one folder. It answers in
/// about 2 s, takes about 130 MB and keeps nothing: a folder holds one cluster once. Root or any other user can run it;
/// only installing the packages needs root.
///
/// Its clients use path style, bucket names of three characters or more, and the SDK's `WHEN_REQUIRED` for checksums:
/// the gateway of Debian 12 refuses bodies with trailing checksums.
///
/// For any thread. The caller closes it, which takes some seconds.
public final class Ceph implements AutoCloseable {

    private static final DebianPackages PACKAGES = DebianPackages.of("ceph-mon", "ceph-osd", "radosgw", "ceph-common");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

    private final DataFolder data;
    private final CephConfiguration configuration;
    private final S3Credentials credentials;
    private final Deque<Service> services = new ArrayDeque<>();

    private Ceph(DataFolder data) throws IOException {
        this.data = data;
        configuration = CephConfiguration.onFreePorts(data);
        credentials = new S3Credentials("CEPH" + word(), word() + word());
    }

    /// Installs the packages that are missing, when we are root.
    ///
    /// @param progress gets a line for each step
    /// @throws IOException when some are missing and we are not root; the message names the command
    public static void requirePackages(Consumer<String> progress) throws IOException {
        PACKAGES.require(progress);
    }

    /// Starts a new cluster.
    ///
    /// @param folder empty or missing
    /// @throws IOException when a program is missing or does not come up; the message has the end of its log
    public static Ceph start(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new IOException("cannot start a Ceph in " + folder + ": it is not empty; give it a new folder");
            }
        }
        Ceph ceph = new Ceph(DataFolder.open(folder));
        try {
            ceph.configuration.write();
            ceph.startMonitor();
            ceph.startObjectStore();
            ceph.startGateway();
            return ceph;
        } catch (IOException | RuntimeException e) {
            ceph.close();
            throw e;
        }
    }

    /// Address of its S3.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + configuration.gatewayPort());
    }

    /// The one user's key pair.
    public S3Credentials credentials() {
        return credentials;
    }

    /// Makes a bucket, if it is not there yet.
    ///
    /// @param name three characters or more
    public void createBucket(String name) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build()) {
            client.createBucket(bucket -> bucket.bucket(name));
        }
    }

    /// Stops the three servers, the last one first.
    @Override
    public void close() throws IOException {
        try (data) {
            while (!services.isEmpty()) {
                services.pop().close();
            }
        }
    }

    @Override
    public String toString() {
        return "Ceph " + endpoint();
    }

    private void startMonitor() throws IOException {
        Path map = data.path().resolve("monmap");
        Command.of(
                        "monmaptool",
                        "--create",
                        "--fsid",
                        configuration.cluster().toString(),
                        "--addv",
                        "a",
                        configuration.monitorAddresses(),
                        map.toString())
                .run();
        configured("ceph-mon", "-i", "a", "--mkfs", "--monmap", map.toString()).run();
        serve("ceph-mon", this::monitorListens, "-i", "a", "-f");
    }

    private void startObjectStore() throws IOException {
        String id = UUID.randomUUID().toString();
        ask("osd", "new", id);
        configured("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", id).run();
        ask("osd", "crush", "add", "osd.0", "1.0", "root=default", "host=loopback");
        serve("ceph-osd", () -> ask("osd", "stat").contains("1 up"), "-i", "0", "-f");
    }

    private void startGateway() throws IOException {
        serve("radosgw", this::gatewayAnswers, "-n", "client.rgw", "-f");
        configured(
                        "radosgw-admin",
                        "user",
                        "create",
                        "--uid=test",
                        "--display-name=test",
                        "--access-key=" + credentials.accessKey(),
                        "--secret-key=" + credentials.secretKey())
                .run();
    }

    private void serve(String program, Service.Probe probe, String... arguments) throws IOException {
        services.push(Service.start(data, program, configured(program, arguments), probe, START_LIMIT));
    }

    /// Asks the monitor, which answers once it has a quorum with itself.
    private String ask(String... question) throws IOException {
        return configured("ceph", question).run();
    }

    private Command configured(String program, String... arguments) {
        Stream<String> words = Stream.of(program, "-c", configuration.file().toString());
        return Command.of(Stream.concat(words, Arrays.stream(arguments)).toList())
                .withLimit(START_LIMIT);
    }

    private boolean monitorListens() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), configuration.monitorPort())) {
            return socket.isConnected();
        }
    }

    private boolean gatewayAnswers() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint().toURL().openConnection();
        connection.setConnectTimeout((int) PROBE_LIMIT.toMillis());
        connection.setReadTimeout((int) PROBE_LIMIT.toMillis());
        try {
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } finally {
            connection.disconnect();
        }
    }

    private static String word() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }
}
