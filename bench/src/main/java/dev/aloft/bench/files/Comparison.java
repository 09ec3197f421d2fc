package dev.aloft.bench.files;

import dev.aloft.bench.Child;
import dev.aloft.bench.Folders;
import dev.aloft.bench.S3Process;
import dev.aloft.testkit.BenchRows;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measures Aloft's file system, its peers, the SDK and the local disk, in turns: on one S3, in one run, each subject
/// in a JVM with the same small heap. Prints tables in Markdown.
final class Comparison {

    private static final int HEAP_MEGABYTES = 256;
    private static final int START_SECONDS = 60;

    private final Path folder;

    /// By the names of the subjects, in the order of the columns.
    private final Map<String, String> classPaths;
    private final Duration delay;

    private Comparison(Path folder, Map<String, String> classPaths, Duration delay) {
        this.folder = folder;
        this.classPaths = classPaths;
        this.delay = delay;
    }

    /// @param args the folder of the class paths (`aloft.cp`, …), the subjects with commas between them, then the
    ///             delays in milliseconds; a subject without a class path of its own has Aloft's
    public static void main(String[] args) throws IOException {
        Map<String, String> classPaths = new LinkedHashMap<>();
        for (String subject : args[1].split(",", -1)) {
            Path own = Path.of(args[0], subject + ".cp");
            classPaths.put(
                    subject,
                    Files.readString(Files.exists(own) ? own : Path.of(args[0], "aloft.cp"))
                            .strip());
        }
        Path folder = Files.createTempDirectory("aloft-bench");
        try {
            for (int i = 2; i < args.length; i++) {
                new Comparison(folder, classPaths, Duration.ofMillis(Long.parseLong(args[i]))).run();
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private void run() throws IOException {
        Path objects = Files.createDirectories(folder.resolve("s3-" + delay.toMillis()));
        try (Child server = Child.start(own(), 1024, S3Process.class, objects.toString());
                S3Front front = S3Front.before(URI.create(server.answer(START_SECONDS)))) {
            try (Storage dataset = new SdkStorage(front.endpoint())) {
                Dataset.write(dataset);
            }
            Path disk = disk();
            Dataset.write(new FilesStorage(disk));
            List<Contestant> contestants = measure(front, disk);
            System.out.println(table(contestants));
            record(contestants);
        }
        Folders.delete(objects);
    }

    private String own() {
        return String.valueOf(classPaths.get("aloft"));
    }

    private Path disk() throws IOException {
        Path disk = folder.resolve("disk");
        for (String directory : Dataset.directories()) {
            Files.createDirectories(disk.resolve(directory));
        }
        return disk;
    }

    private List<Contestant> measure(S3Front front, Path disk) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (String subject : classPaths.keySet()) {
                String[] arguments = {subject, front.endpoint().toString(), disk.toString()};
                String classPath = String.valueOf(classPaths.get(subject));
                contestants.add(new Contestant(
                        subject, () -> Child.start(classPath, HEAP_MEGABYTES, Subject.class, arguments)));
            }
            for (Row row : Row.values()) {
                for (Contestant contestant : contestants) {
                    System.err.println(contestant.name() + ", " + row.title() + ": "
                            + contestant.measure(row, () -> prepare(front), front::summary));
                }
            }
            for (Contestant contestant : contestants) {
                System.err.println(contestant.name() + ", most memory in MB: " + contestant.peakMegabytes());
            }
        } finally {
            for (Contestant contestant : contestants) {
                contestant.close();
            }
        }
        return contestants;
    }

    private void prepare(S3Front front) {
        front.reset();
        if (!delay.isZero()) {
            front.onEvery().delay(delay);
        }
    }

    private void record(List<Contestant> contestants) throws IOException {
        Contestant aloft = named("aloft", contestants);
        Contestant sdk = named("sdk", contestants);
        for (Row row : Row.values()) {
            BenchRows.record(
                    row.title() + ", +" + delay.toMillis() + " ms, beside the SDK: ms",
                    aloft.result(row).millis(),
                    sdk.result(row).millis(),
                    delay.isZero() ? "-" : row.aim());
        }
    }

    private static Contestant named(String name, List<Contestant> contestants) {
        return contestants.stream()
                .filter(one -> one.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private String table(List<Contestant> contestants) {
        StringBuilder text = new StringBuilder("\n### " + delay.toMillis() + " ms added to every request\n\n| ms | ")
                .append(String.join(" | ", classPaths.keySet()))
                .append(" | requests of aloft |\n| --- |")
                .append(" --- |".repeat(classPaths.size() + 1))
                .append('\n');
        for (Row row : Row.values()) {
            text.append("| ").append(row.title()).append(" | ");
            contestants.forEach(c -> text.append(c.result(row).shown()).append(" | "));
            text.append(contestants.getFirst().result(row).requests()).append(" |\n");
        }
        return text.toString();
    }
}
