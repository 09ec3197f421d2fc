package dev.aloft.bench.files;

import dev.aloft.bench.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A process that measures one subject. It reads the names of rows from its standard input and answers each with a
/// line.
///
/// It configures its peers without their types, so it runs on the class path of each.
final class Subject {

    private Subject() {}

    /// @param args the subject's name, the endpoint of the S3, a folder of the local disk
    public static void main(String[] args) throws Exception {
        try (Storage storage = open(args[0], URI.create(args[1]), Path.of(args[2]));
                BufferedReader rows = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            for (String line = rows.readLine(); line != null; line = rows.readLine()) {
                System.out.println(line.equals("memory") ? peakMegabytes() : answer(storage, line.split(" ", -1)));
            }
        }
    }

    /// @param words the action, the row and the round
    private static String answer(Storage storage, String[] words) {
        Row row = Row.valueOf(words[1]);
        int round = Integer.parseInt(words[2]);
        long start = System.nanoTime();
        try {
            switch (words[0]) {
                case "prepare" -> row.prepare(storage, round);
                case "run" -> row.run(storage, round);
                default -> throw new IllegalArgumentException(words[0]);
            }
            return Double.toString((System.nanoTime() - start) / 1e6);
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            return "fails " + e.toString().replaceAll("\\s+", " ");
        }
    }

    private static String peakMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Double.toString(Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
            }
        }
        throw new IOException("this system does not report the peak memory of a process");
    }

    private static Storage open(String name, URI endpoint, Path disk) throws Exception {
        return switch (name) {
            case "disk" -> new FilesStorage(disk);
            case "aloft" -> new FilesStorage(aloft(endpoint));
            case "awslabs" -> new FilesStorage(awslabs(endpoint));
            case "s3fs" -> new FilesStorage(s3fs(endpoint));
            case "sdk" -> sdk(endpoint);
            default -> throw new IllegalArgumentException("no subject " + name);
        };
    }

    private static Path aloft(URI endpoint) throws IOException {
        FileSystem bucket = FileSystems.newFileSystem(
                URI.create("s3://" + Server.BUCKET),
                Map.of(
                        "endpoint",
                        endpoint,
                        "provider",
                        "embedded",
                        "accessKey",
                        Server.ACCESS_KEY,
                        "secretKey",
                        Server.SECRET_KEY));
        return bucket.getPath("/" + Server.FOLDER);
    }

    /// Its scheme for an S3 that is not Amazon's has the key pair in the URI.
    private static Path awslabs(URI endpoint) {
        System.setProperty("aws.region", "us-east-1");
        System.setProperty("s3.spi.endpoint-protocol", "http");
        String pair = Server.ACCESS_KEY + ":" + Server.SECRET_KEY;
        return Path.of(URI.create(
                "s3x://" + pair + "@" + endpoint.getAuthority() + "/" + Server.BUCKET + "/" + Server.FOLDER + "/"));
    }

    private static Path s3fs(URI endpoint) throws IOException {
        FileSystem s3 = FileSystems.newFileSystem(
                URI.create("s3://" + endpoint.getAuthority() + "/"),
                Map.of(
                        "s3fs.access.key", Server.ACCESS_KEY,
                        "s3fs.secret.key", Server.SECRET_KEY,
                        "s3fs.region", "us-east-1",
                        "s3fs.protocol", "http",
                        "s3fs.path.style.access", "true"));
        return s3.getPath("/" + Server.BUCKET, Server.FOLDER);
    }

    /// Loaded by name, because not every class path has the SDK in this version.
    private static Storage sdk(URI endpoint) throws ReflectiveOperationException {
        Constructor<?> constructor =
                Class.forName("dev.aloft.bench.files.SdkStorage").getDeclaredConstructor(URI.class);
        return (Storage) constructor.newInstance(endpoint);
    }
}
