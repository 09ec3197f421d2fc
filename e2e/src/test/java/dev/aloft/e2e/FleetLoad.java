package dev.aloft.e2e;

import dev.aloft.e2e.History.Operation;
import dev.aloft.e2e.History.Read;
import dev.aloft.e2e.History.Write;
import dev.aloft.files.FileContent;
import dev.aloft.files.FileStat;
import dev.aloft.files.WriteHeaders;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/// Writers and readers of some files on all hosts of a fleet, which record what they did and saw.
final class FleetLoad {

    /// A stat, and every answer of an edge, may be so far behind another host.
    private static final Duration BEHIND = Duration.ofSeconds(1);

    /// An open gives the newest version.
    private static final Duration NEVER_BEHIND = Duration.ZERO;

    /// A PHP request reads what it has written as its agent holds it, for a minute.
    private static final Duration OWN_WRITE = Duration.ofSeconds(60);

    /// A PHP request may take a file for missing for a second after its agent did.
    private static final Duration MISSING = Duration.ofSeconds(2);

    /// Of answers in which the edge says that S3 did not answer in time.
    private static final Duration AS_DECLARED = Duration.ofDays(1);

    private static final Duration VISITOR_LIMIT = Duration.ofSeconds(20);
    private static final int EDGE_READERS = 2;

    private final long seed;
    private final List<FleetFile> subjects = List.of(
            new FleetFile("first.jpg", 3),
            new FleetFile("second.jpg", 3),
            new FleetFile("third.jpg", 20),
            new FleetFile("fourth.jpg", 3),
            new FleetFile("large.jpg", 2304)); // more than an edge fetches at once
    private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final HttpClient visitors = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(VISITOR_LIMIT)
            .build();
    private volatile long zero;

    FleetLoad(long seed) {
        this.seed = seed;
    }

    /// Lets programs and visitors use a host, until it ends.
    void add(FleetHost host) {
        int number = threads.size();
        start(host, new PhpProgram(host), new Random(seed + number));
        start(host, new JavaProgram(host), new Random(seed + number + 1));
        for (int i = 0; i < EDGE_READERS; i++) {
            start(host, new Visitor(host), new Random(seed + number + 2 + i));
        }
    }

    private void start(FleetHost host, Program program, Random random) {
        threads.add(Thread.ofVirtual().name(host.name()).start(() -> {
            try {
                begun.await();
                while (!host.hasCrashed()) {
                    Thread.sleep(random.nextLong(program.paceMillis()));
                    FleetFile subject = subjects.get(
                            random.nextInt(20) == 0 ? subjects.size() - 1 : random.nextInt(subjects.size() - 1));
                    program.step(subject, random);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    void begin() {
        zero = System.nanoTime();
        begun.countDown();
    }

    /// The time of the begin, by the clock of the history.
    long zero() {
        return zero;
    }

    /// Waits for a time after the begin.
    void awaitMillis(long millis) throws InterruptedException {
        Thread.sleep(Math.max(0, millis - (System.nanoTime() - zero) / 1_000_000));
    }

    /// Waits for the end of all programs, after that of all hosts.
    void awaitEnd() throws InterruptedException {
        begun.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    History history() {
        return new History(List.copyOf(operations));
    }

    /// The number of steps by what came of them.
    Map<String, LongAdder> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /// Uses files of one host, in one thread.
    private abstract class Program {

        final FleetHost host;

        Program(FleetHost host) {
            this.host = host;
        }

        /// The longest pause between two steps.
        abstract long paceMillis();

        abstract void step(FleetFile subject, Random random);

        /// @param limit see [Read]
        void read(String by, FleetFile subject, Duration limit, Source source) {
            long start = System.nanoTime();
            try {
                Found found = source.read();
                Duration allowed = found.declared() ? AS_DECLARED : limit;
                record(new Read(
                        subject.name(), found.version(), start, System.nanoTime(), allowed, host.name() + " " + by));
                count(found.declared() ? by + " declared stale" : by);
            } catch (NoSuchFileException e) {
                record(new Read(
                        subject.name(),
                        History.MISSING,
                        start,
                        System.nanoTime(),
                        by.equals("php-stat") && limit.equals(BEHIND) ? MISSING : limit,
                        host.name() + " " + by));
                count(by + " missing");
            } catch (IOException | RuntimeException e) {
                failed(by, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// What a host says while it goes down is no answer.
        private void record(Read read) {
            if (!host.hasCrashed()) {
                operations.add(read);
            }
        }

        void write(String by, FleetFile subject, int version, Change change) {
            long start = System.nanoTime();
            boolean acknowledged = false;
            try {
                change.make();
                acknowledged = true;
                count(by);
            } catch (NoSuchFileException e) {
                count(by + " missing");
                return; // A deletion of what is not there.
            } catch (IOException | RuntimeException e) {
                failed(by, e);
            }
            operations.add(
                    new Write(subject.name(), version, start, System.nanoTime(), acknowledged, host.name() + " " + by));
        }

        private void failed(String by, Exception e) {
            count(by + " failed" + (host.hasCrashed() ? " in a crash" : ": " + e));
        }

        private void count(String outcome) {
            outcomes.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
        }
    }

    private interface Source {
        Found read() throws IOException, InterruptedException;
    }

    private interface Change {
        void make() throws IOException;
    }

    /// @param declared the answer says that it may be outdated
    private record Found(int version, boolean declared) {
        static Found of(int version) {
            return new Found(version, false);
        }
    }

    private final class JavaProgram extends Program {

        JavaProgram(FleetHost host) {
            super(host);
        }

        @Override
        long paceMillis() {
            return 200;
        }

        @Override
        void step(FleetFile subject, Random random) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    int version = subject.versions().incrementAndGet();
                    byte[] body = subject.body(version);
                    write(
                            "java-write",
                            subject,
                            version,
                            () -> host.files()
                                    .write(
                                            subject.path(),
                                            new ByteArrayInputStream(body),
                                            body.length,
                                            WriteHeaders.NONE,
                                            WriteCondition.always()));
                }
                case 1 -> {
                    if (random.nextInt(3) == 0) {
                        write(
                                "java-write",
                                subject,
                                History.MISSING,
                                () -> host.files().delete(subject.path()));
                    }
                }
                case 2, 3, 4 -> read("java-stat", subject, BEHIND, () -> stat(subject));
                default -> read("java-read", subject, NEVER_BEHIND, () -> open(subject));
            }
        }

        private Found stat(FleetFile subject) throws IOException {
            FileStat found =
                    host.files().stat(subject.path()).orElseThrow(() -> new NoSuchFileException(subject.name()));
            return Found.of(
                    found instanceof FileStat.File file
                            ? VersionedBody.versionOfSize(subject.blocks(), file.size())
                            : History.MIXED);
        }

        private Found open(FleetFile subject) throws IOException {
            try (FileContent content = host.files().open(subject.path(), null, null, Duration.ZERO)) {
                return Found.of(VersionedBody.version(
                        subject.name(), subject.blocks(), content.body().readAllBytes()));
            }
        }
    }

    private final class PhpProgram extends Program {

        private final Set<FleetFile> written = new HashSet<>();

        PhpProgram(FleetHost host) {
            super(host);
        }

        @Override
        long paceMillis() {
            return 200;
        }

        @Override
        void step(FleetFile subject, Random random) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    int version = subject.versions().incrementAndGet();
                    write("php-write", subject, version, () -> ask("write", subject, version));
                    written.add(subject);
                }
                case 1 -> {
                    if (random.nextInt(3) == 0) {
                        write("php-write", subject, History.MISSING, () -> ask("delete", subject, 0));
                    }
                }
                case 2, 3, 4 ->
                    read("php-stat", subject, limit(subject, BEHIND), () -> Found.of(ask("stat", subject, 0)));
                default ->
                    read("php-read", subject, limit(subject, NEVER_BEHIND), () -> Found.of(ask("read", subject, 0)));
            }
        }

        private Duration limit(FleetFile subject, Duration others) {
            return written.contains(subject) ? OWN_WRITE : others;
        }

        private int ask(String command, FleetFile subject, int version) throws IOException {
            String answer = host.php(command + " " + subject.name() + " " + subject.blocks() + " " + version);
            if (answer.equals("0")) {
                throw new NoSuchFileException(subject.name());
            }
            if (!answer.matches("-?\\d+")) {
                throw new IOException(answer);
            }
            return Integer.parseInt(answer);
        }
    }

    private final class Visitor extends Program {

        Visitor(FleetHost host) {
            super(host);
        }

        @Override
        long paceMillis() {
            return 60;
        }

        @Override
        void step(FleetFile subject, Random random) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(host.upload(subject.name())).timeout(VISITOR_LIMIT);
            switch (random.nextInt(10)) {
                case 0, 1 -> {
                    request.method("HEAD", HttpRequest.BodyPublishers.noBody());
                    read(
                            "edge",
                            subject,
                            BEHIND,
                            () -> send(
                                    request,
                                    answer -> VersionedBody.versionOfSize(
                                            subject.blocks(),
                                            answer.headers()
                                                    .firstValueAsLong("Content-Length")
                                                    .orElse(-1))));
                }
                case 2, 3, 4 -> {
                    int first = random.nextInt(subject.blocks());
                    long begin = (long) first * VersionedBody.BLOCK_BYTES;
                    request.header("Range", "bytes=" + begin + "-" + (begin + VersionedBody.BLOCK_BYTES - 1));
                    read(
                            "edge",
                            subject,
                            BEHIND,
                            () -> send(
                                    request,
                                    answer -> VersionedBody.versionOfPart(
                                            subject.name(), subject.blocks(), first, answer.body())));
                }
                default ->
                    read(
                            "edge",
                            subject,
                            BEHIND,
                            () -> send(
                                    request,
                                    answer -> VersionedBody.version(subject.name(), subject.blocks(), answer.body())));
            }
        }

        private Found send(HttpRequest.Builder request, java.util.function.ToIntFunction<HttpResponse<byte[]>> version)
                throws IOException, InterruptedException {
            HttpResponse<byte[]> answer = visitors.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return switch (answer.statusCode()) {
                case 200, 206 ->
                    new Found(
                            version.applyAsInt(answer),
                            answer.headers()
                                    .firstValue("Cache-Status")
                                    .filter(status -> status.contains("detail=origin"))
                                    .isPresent());
                case 404 -> throw new NoSuchFileException(request.toString());
                default -> throw new IOException("status " + answer.statusCode());
            };
        }
    }
}
