package dev.aloft.cli.doctor;

import dev.aloft.cli.Main;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A site that works: its S3 with a place for faults before it, `aloft serve`, and the files of its WordPress.
public final class DoctorSite implements AutoCloseable {

    private final Path folder;
    private final S3Credentials keys = S3Credentials.random();
    private final EmbeddedS3 s3;
    private final S3Front front;
    private final int edge = FreePort.next();
    private final int admin = FreePort.next();
    private final Thread service;

    private DoctorSite(Path folder) throws IOException {
        this.folder = folder;
        s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
        s3.createBucket("media");
        front = S3Front.before(s3.endpoint());
        useKeys();
        Files.createDirectory(
                folder.resolve("cache"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectories(wordPress().resolve("wp-content/mu-plugins"));
        Files.writeString(wordPress().resolve("wp-content/mu-plugins/aloft.php"), "<?php\n");
        Files.writeString(
                wordPress().resolve("wp-config.php"),
                "<?php\ndefine('ALOFT_BUCKET', 'media');\ndefine( \"ALOFT_SOCKET\", \"" + folder.resolve("aloft.sock")
                        + "\" );\n");
        String served = Files.writeString(folder.resolve("served.toml"), configuration())
                .toString();
        service = Thread.ofPlatform().start(() -> Main.command().execute("serve", "--config", served));
    }

    /// Starts it and waits for its edge.
    public static DoctorSite start(Path folder) throws Exception {
        DoctorSite site = new DoctorSite(folder);
        Eventually.await("the edge is up", site::isUp);
        return site;
    }

    private boolean isUp() {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), admin))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void useKeys() {
        System.setProperty("aws.accessKeyId", keys.accessKey());
        System.setProperty("aws.secretAccessKey", keys.secretKey());
    }

    /// The place for faults.
    S3Front front() {
        return front;
    }

    /// Port of the edge, as it stands at the end of a line of the configuration.
    String edge() {
        return ":" + edge + "\"";
    }

    /// The same of the operators' port.
    String admin() {
        return ":" + admin + "\"";
    }

    /// Public URL of its uploads.
    public URI uploads() {
        return URI.create("http://127.0.0.1:" + edge + "/wp-content/uploads/");
    }

    public Path wordPress() {
        return folder.resolve("wordpress");
    }

    /// Takes all faults away.
    void recover() throws IOException {
        front.calm();
        useKeys();
        System.clearProperty("aws.disableEc2Metadata");
    }

    /// The text of its `aloft.toml`.
    public String configuration() {
        return """
                [s3]
                provider = "embedded"
                endpoint = "%s"
                timeout = "5s"

                [edge]
                listen = "127.0.0.1:%d"
                admin = "127.0.0.1:%d"
                cache_folder = "%s"
                cache_folder_bytes = 104857600
                access_log = "%s"

                [pictures]
                enabled = false

                [[site]]
                name = "example"
                bucket = "media"
                socket = "%s"
                socket_group = "root"
                """.formatted(
                        front.endpoint(),
                        edge,
                        admin,
                        folder.resolve("cache"),
                        folder.resolve("access.log"),
                        folder.resolve("aloft.sock"));
    }

    @Override
    public void close() throws IOException {
        service.interrupt();
        try {
            service.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        front.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }
}
