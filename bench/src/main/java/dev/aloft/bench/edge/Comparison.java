package dev.aloft.bench.edge;

import dev.aloft.bench.Child;
import dev.aloft.bench.Folders;
import dev.aloft.bench.S3Process;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.server.edge.Tls;
import dev.aloft.testkit.BenchRows;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures the edge and other file servers and caches, in turns. The server under test has processor 0 to itself; the
/// clients, S3 and the peers' origin share processor 1. Prints tables in Markdown.
final class Comparison {

    private static final int START_SECONDS = 60;
    private static final Duration FAR_AWAY = Duration.ofMillis(20);

    /// Warm-up rounds: a JVM compiles frequently executed code.
    private static final int WARMINGS = 4;

    private static final int CROWD = 1_000;
    private static final int SIP = 64 * 1024;
    private static final Duration BETWEEN_SIPS = Duration.ofMillis(250);
    private static final int SIPS = 20;

    /// Exceeds the kernel's buffers of a client that does not read.
    private static final long GULP = 4 << 20;
    private static final Duration HERD_LIMIT = Duration.ofSeconds(60);

    private final int rounds;
    private final List<Row> rows;
    private final Path folder;
    private final S3Front s3;
    private final S3Front origin;
    private final List<Subject> subjects;

    private Comparison(int rounds, List<Row> rows, Path folder, S3Front s3, S3Front origin, List<Subject> subjects) {
        this.rounds = rounds;
        this.rows = rows;
        this.folder = folder;
        this.s3 = s3;
        this.origin = origin;
        this.subjects = subjects;
    }

    /// @param args the class path of Aloft, the number of rounds, and the rows to run (default: all)
    public static void main(String[] args) throws IOException, InterruptedException {
        List<Row> named = args.length == 2
                ? List.of(Row.values())
                : Stream.of(args).skip(2).map(Row::valueOf).toList();
        boolean http2 = !Peers.isMissing("h2load");
        if (!http2) {
            System.err.println("h2load is missing: no rows of HTTP/2");
        }
        List<Row> rows = named.stream().filter(row -> http2 || !row.isHttp2()).toList();
        Path folder = Files.createTempDirectory("aloft-bench");
        try (DataFolder data = DataFolder.open(folder.resolve("data"))) {
            Path files = Files.createDirectories(folder.resolve("files"));
            Peers peers = new Peers(data, files);
            Path objects = Files.createDirectories(folder.resolve("s3"));
            try (Child store = Child.pinned(1, args[0], 1024, S3Process.class, objects.toString());
                    S3Front s3 = S3Front.before(URI.create(store.answer(START_SECONDS)))) {
                Optional<Tls> tls =
                        rows.stream().anyMatch(Row::isEncrypted) ? Optional.of(certificate(folder)) : Optional.empty();
                Uploads.write(files, s3.endpoint(), rows.contains(Row.MISS) ? 1 : Uploads.UNSEEN);
                try (Subject plain = peers.files("origin", 1);
                        S3Front origin = S3Front.before(URI.create("http://127.0.0.1:" + plain.port()));
                        Subject aloft = InstalledEdge.start(s3.endpoint(), folder.resolve("aloft"), Optional.empty());
                        Subject proxyCache = peers.proxyCache(origin.endpoint().getPort(), Optional.empty());
                        @Nullable
                                Subject encrypted = tls.isEmpty()
                                        ? null
                                        : InstalledEdge.start(s3.endpoint(), folder.resolve("aloft-tls"), tls);
                        @Nullable
                                Subject encryptedCache = tls.isEmpty()
                                        ? null
                                        : peers.proxyCache(origin.endpoint().getPort(), tls);
                        @Nullable Subject signing = peers.signing(s3.endpoint().getPort());
                        @Nullable
                                Subject varnish =
                                        peers.varnish(origin.endpoint().getPort());
                        Subject sendfile = peers.files("nginx sendfile", 0);
                        @Nullable Subject caddy = peers.caddy()) {
                    List<Subject> subjects = Stream.of(
                                    aloft, proxyCache, encrypted, encryptedCache, signing, varnish, sendfile, caddy)
                            .filter(Objects::nonNull)
                            .toList();
                    new Comparison(Integer.parseInt(args[1]), rows, folder, s3, origin, subjects).run();
                }
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /// A certificate that openssl signs with its own key.
    private static Tls certificate(Path folder) throws IOException {
        Tls files = new Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        List<String> words = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2"));
        words.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"));
        words.addAll(List.of("-out", files.certificate() + "", "-keyout", files.key() + ""));
        var _ = Command.of(words).run();
        return files;
    }

    private void run() throws IOException {
        for (Row row : rows) {
            delay(row == Row.MISS ? FAR_AWAY : Duration.ZERO);
            if (row == Row.MISS) {
                recordMemory("after the hits", "<= 200");
            }
            System.out.println(table(row));
            if (row == Row.MISS) {
                recordMemory("after the misses", "-");
            }
        }
        herd();
        slowReaders();
    }

    private void recordMemory(String when, String aim) throws IOException {
        BenchRows.record("memory " + when + ": MB", (double) subjects.getFirst().megabytes(), aim);
    }

    private void delay(Duration time) {
        for (S3Front front : List.of(s3, origin)) {
            front.reset();
            if (!time.isZero()) {
                front.onEvery().delay(time);
            }
        }
    }

    private String table(Row row) throws IOException {
        Map<Subject, List<Figure>> figures = new TreeMap<>(Comparator.comparingInt(subjects::indexOf));
        for (int round = 0; round < WARMINGS + rounds; round++) {
            for (Subject subject : subjects) {
                if (row.isFor(subject)) {
                    Figure figure = measured(row, subject, round);
                    if (round >= WARMINGS) {
                        figures.computeIfAbsent(subject, _ -> new ArrayList<>()).add(figure);
                    }
                }
            }
        }
        StringBuilder text = new StringBuilder("\n### ")
                .append(row.title())
                .append("\n\n| | for each CPU second | beside proxy_cache | per second | p50 ms | p99 ms | MB |\n")
                .append("| --- | --- | --- | --- | --- | --- | --- |\n");
        Map<String, Figure> medians = new LinkedHashMap<>();
        figures.forEach((subject, all) -> medians.put(subject.name(), median(all)));
        record(row, medians);
        double base = figure(Peers.PROXY_CACHE, medians).perProcessorSecond();
        for (Subject subject : figures.keySet()) {
            Figure figure = figure(subject.name(), medians);
            Load load = figure.load();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %,.0f | %.2f | %.2f | %d |%n",
                    subject.name(),
                    figure.perProcessorSecond(),
                    figure.perProcessorSecond() / base,
                    load.requests() / load.seconds(),
                    load.p50(),
                    load.p99(),
                    subject.megabytes()));
        }
        return text.toString();
    }

    private static void record(Row row, Map<String, Figure> medians) throws IOException {
        Figure aloft = figure("aloft", medians);
        for (Map.Entry<String, String> aim : row.aims().entrySet()) {
            double peer = medians.containsKey(aim.getKey())
                    ? figure(aim.getKey(), medians).perProcessorSecond()
                    : Double.NaN;
            String what = row.title() + ", beside " + aim.getKey() + ": requests per CPU second";
            BenchRows.record(what, aloft.perProcessorSecond(), peer, aim.getValue());
        }
        if (row == Row.MISS) {
            BenchRows.record(row.title() + ": p50 ms", aloft.load().p50(), "<= " + (FAR_AWAY.toMillis() + 2));
        } else {
            Figure proxyCache = figure(Peers.PROXY_CACHE, medians);
            BenchRows.record(
                    row.title() + ", beside nginx proxy_cache: p99 ms",
                    aloft.load().p99(),
                    proxyCache.load().p99(),
                    "<= 2.0");
        }
    }

    private static Figure figure(String subject, Map<String, Figure> medians) {
        return Objects.requireNonNull(medians.get(subject));
    }

    private Figure measured(Row row, Subject subject, int round) throws IOException {
        double before = subject.processorSeconds();
        Load load = row.run(subject, round, folder);
        return new Figure(load, load.requests() / (subject.processorSeconds() - before));
    }

    private static Figure median(List<Figure> figures) {
        return figures.stream()
                .sorted(Comparator.comparingDouble(Figure::perProcessorSecond))
                .toList()
                .get(figures.size() / 2);
    }

    /// A thousand simultaneous requests for a file that is not cached.
    private void herd() throws IOException {
        System.out.print("""

                ### 1,000 simultaneous requests for a file that is not cached

                | | requests behind | ms until all have it |
                | --- | --- | --- |
                """);
        for (Subject subject : subjects.stream()
                .filter(subject -> subject.caches() && !subject.encrypted())
                .toList()) {
            delay(FAR_AWAY);
            try (Crowd crowd = new Crowd(subject, CROWD)) {
                long start = System.nanoTime();
                crowd.ask("/uploads/unseen/" + Uploads.UNSEEN + ".jpg");
                long sum = 0;
                for (long read = 0; read >= 0; read = crowd.read(Integer.MAX_VALUE)) {
                    sum += read;
                    if (System.nanoTime() - start > HERD_LIMIT.toNanos()) {
                        throw new IOException(subject.name() + " does not answer 1,000 simultaneous requests");
                    }
                }
                if (sum < (long) CROWD * Uploads.SMALL) {
                    throw new IOException(subject.name() + " gave a thousand clients " + sum + " bytes");
                }
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %d | %,d |%n",
                        subject.name(),
                        s3.requests().size() + origin.requests().size(),
                        (System.nanoTime() - start) / 1_000_000);
            }
        }
    }

    /// A thousand clients that read 100 MB at 256 KB/s, as for streamed video.
    private void slowReaders() throws IOException {
        System.out.print("""

                ### 1,000 readers of 100 MB, at 256 KB a second each

                | | CPU ms a second | MB/s of 262 | MB before | MB with them | p50 ms of 2 KB meanwhile | p99 ms |
                | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Subject subject : subjects.stream().filter(Row.LARGE_HIT::isFor).toList()) {
            delay(Duration.ZERO);
            long idle = subject.megabytes();
            try (Crowd crowd = new Crowd(subject, CROWD)) {
                crowd.ask(Uploads.path(Uploads.LARGE));
                for (long sum = 0; sum < CROWD * GULP; ) {
                    sum += crowd.read(SIP);
                }
                double before = subject.processorSeconds();
                long begin = System.nanoTime();
                long bytes = sip(crowd);
                double seconds = (System.nanoTime() - begin) / 1e9;
                double spent = (subject.processorSeconds() - before) / seconds;
                Load meanwhile = Load.wrk(subject, Uploads.path(Uploads.TINY), 1, Duration.ofSeconds(3));
                if (subject.name().equals("aloft")) {
                    BenchRows.record("1,000 slow readers: CPU ms a second", spent * 1_000, "<= 60");
                }
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %.0f | %.0f | %d | %d | %.2f | %.2f |%n",
                        subject.name(),
                        spent * 1_000,
                        bytes / seconds / 1e6,
                        idle,
                        subject.megabytes(),
                        meanwhile.p50(),
                        meanwhile.p99());
            }
        }
    }

    /// Returns the bytes that all of them have read.
    private static long sip(Crowd crowd) throws IOException {
        long sum = 0;
        for (int i = 0; i < SIPS; i++) {
            long next = System.nanoTime() + BETWEEN_SIPS.toNanos();
            long read = crowd.read(SIP);
            if (read < 0) {
                throw new IOException("the slow readers were disconnected");
            }
            sum += read;
            try {
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return sum;
    }

    private record Figure(Load load, double perProcessorSecond) {}
}
