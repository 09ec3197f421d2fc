package dev.aloft.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The server on which the commands of a page of `docs/how-to` are run: a folder with its files and its `aloft.toml`,
/// and a real S3.
final class HowToSite implements AutoCloseable {

    static final Path PAGES = Path.of(System.getProperty("aloft.root"), "docs/how-to");

    private final Path folder;
    private final CommandStore s3;

    private HowToSite(Path folder, CommandStore s3) {
        this.folder = folder;
        this.s3 = s3;
    }

    static HowToSite start(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x")); // for MariaDB
        return new HowToSite(folder, CommandStore.start(folder, "media", "backups", "staging", "example-media"));
    }

    @Override
    public void close() throws IOException {
        s3.close();
    }

    CommandStore s3() {
        return s3;
    }

    /// The commands of a page that run `aloft`.
    static Stream<String> commands(String page) {
        return ShellBlocks.lines(PAGES.resolve(page), "sh")
                .filter(line -> command(line).isPresent());
    }

    /// The arguments of a line that runs `aloft`.
    static Optional<List<String>> command(String line) {
        return ShellBlocks.of("aloft", line);
    }

    /// Runs the commands of a page with the configuration in the folder. Each must succeed.
    ///
    /// @param names in the page, with those of this test
    void follow(String page, Map<String, String> names) {
        commands(page).forEach(line -> run(line, names));
    }

    /// Runs one command, which must succeed, and returns what it printed.
    String run(String line, Map<String, String> names) {
        List<String> words = new ArrayList<>();
        for (String word : command(line).orElseThrow()) {
            words.add(names.entrySet().stream()
                    .filter(name -> word.startsWith(name.getKey()))
                    .findFirst()
                    .map(name -> name.getValue() + word.substring(name.getKey().length()))
                    .orElse(word));
        }
        if (words.contains("restore") && !words.contains("--yes")) {
            words.add("--yes"); // There is no terminal to answer on.
        }
        if (words.contains("restore") && !words.contains("--undo")) {
            words.add("--again"); // Each line is one choice, not a second restoration.
        }
        if (!words.contains("nginx")) {
            words.addAll(List.of("--config", config().toString()));
        }
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        try {
            return CommandRun.done(words.toArray(String[]::new));
        } finally {
            System.setOut(out);
        }
    }

    Path config() {
        return folder.resolve("aloft.toml");
    }

    /// Writes the configuration of one site.
    ///
    /// @param site further lines of the site's table, and tables of the site
    void configure(String name, String bucket, String site) throws IOException {
        Files.writeString(config(), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:8080"

                [[site]]
                name = "%s"
                bucket = "%s"
                socket = "%s/agent.sock"
                %s
                """.formatted(s3.endpoint(), name, bucket, folder, site));
    }

    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /// The files below a directory.
    Map<String, String> texts(String directory) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        Path top = folder.resolve(directory);
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(top.relativize(file).toString(), Files.readString(file));
            }
        }
        return texts;
    }

    List<String> keys(String bucket, String prefix) throws IOException {
        return s3.keys(bucket, prefix).stream().map(key -> key.value()).toList();
    }
}
