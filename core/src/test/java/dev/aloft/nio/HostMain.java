package dev.aloft.nio;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A program of its own that does to `s3://media` what each line on its standard input says, and answers each with
/// a line. Its arguments are the endpoint and the key pair.
final class HostMain {

    private HostMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, Object> settings = Map.of(
                "endpoint", args[0],
                "provider", "embedded",
                "accessKey", args[1],
                "secretKey", args[2]);
        try (FileSystem media =
                        FileSystems.newFileSystem(URI.create("s3://media"), settings, HostMain.class.getClassLoader());
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(answer(media, line.split(" ", 3)));
            }
        }
    }

    private static String answer(FileSystem media, String[] words) {
        Path path = media.getPath(words[1]);
        try {
            return switch (words[0]) {
                case "write" -> "done " + Files.writeString(path, words[2]);
                case "delete" -> {
                    Files.delete(path);
                    yield "done";
                }
                case "read" -> Files.readString(path);
                case "writers" -> writers(path, Integer.parseInt(words[2]));
                case "count" -> Long.toString(count(path));
                default -> throw new IllegalArgumentException(words[0]);
            };
        } catch (IOException | RuntimeException e) {
            return e.toString().replace('\n', ' ');
        }
    }

    /// Opens so many writers of a mebibyte each, or fewer if one fails; none of them is ended.
    private static String writers(Path directory, int most) throws IOException {
        List<OutputStream> open = new ArrayList<>();
        try {
            while (open.size() < most) {
                OutputStream writer = Files.newOutputStream(directory.resolve("writer-" + open.size()));
                open.add(writer);
                writer.write(new byte[1 << 20]);
            }
            return open.size() + " are open";
        } catch (IOException e) {
            return open.size() + " are open: " + e.getMessage();
        }
    }

    private static long count(Path directory) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                count += Files.isRegularFile(entry) ? 1 : 0;
            }
        }
        return count;
    }
}
