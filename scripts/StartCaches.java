import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes the start caches of Java (JEP 483 and 515) for a jar of Aloft: the classes of a start, linked, and the profiles
/// of the methods that were used most, with which Java compiles them sooner.
///
/// A cache is made by a run of the program itself, on loopback ports that nothing else uses, with an S3 of its own:
/// `aloft-commands.aot` by a migration of small files, and with `--server` also `aloft.aot`, by a server that is read and
/// written. They appear whole, beside the jar. A JVM ignores a cache of another jar or of another Java.
///
/// Arguments: the program java that will run the jar, the jar, and `--server` or nothing.
static final String COMMANDS = "aloft-commands.aot";

static final String SERVER = "aloft.aot";

/// The collector is that of java-options.sh. What Java's first compiler has compiled here stays with it in each command,
/// without counters: most commands end before the second compiler would pay. But that one knows the processor's
/// instructions for hashes and ciphers, so they are left out here, and compiled as if there were no cache.
static final List<String> OF_COMMANDS = List.of(
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=exclude,sun.security.provider.*::*",
        "-XX:CompileCommand=exclude,com.sun.crypto.provider.*::*");

static final int FILES = 1_000;

/// The number of rounds in which the edge is asked for all files. Its cache does not hold them from one to the next.
static final int ROUNDS = 10;

static final Duration LIMIT = Duration.ofMinutes(5);

void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    String java = arguments[0];
    Path jar = Path.of(arguments[1]).toAbsolutePath();
    Path work = Files.createTempDirectory("aloft-start-caches.");
    S3Credentials keys = S3Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(work.resolve("s3")), keys)) {
        s3.createBucket("example");
        Path files = write(work.resolve("files"));
        Path configuration = Files.writeString(work.resolve("aloft.toml"), """
                [s3]
                provider = "other"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:0"
                cache_memory_bytes = 1048576

                [[site]]
                name = "example"
                bucket = "example"
                socket = "%s"
                """.formatted(s3.endpoint(), work.resolve("aloft.sock")));
        Run run = new Run(java, jar, work, keys);
        run.end(run.start(COMMANDS, "migrate", "in", files.toString(), "--config", configuration.toString()), COMMANDS);
        if (arguments.length > 2 && arguments[2].equals("--server")) {
            Process server = run.start(SERVER, "serve", "--config", configuration.toString());
            try {
                use(run.edge(server), work.resolve("aloft.sock"));
            } finally {
                server.destroy();
            }
            run.end(server, SERVER);
        }
    } finally {
        try (Stream<Path> all = Files.walk(work)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

Path write(Path folder) throws IOException {
    Random random = new Random(1);
    Files.createDirectories(folder.resolve("2026/11"));
    for (int i = 0; i < FILES; i++) {
        byte[] body = new byte[2_048 + random.nextInt(20_000)];
        random.nextBytes(body);
        Files.write(folder.resolve(name(i)), body);
    }
    return folder;
}

String name(int number) {
    return "2026/11/file-%04d.jpg".formatted(number);
}

/// Reads all files in [#ROUNDS] rounds through the edge: from S3, from its cache, and with the tag of what the client
/// has; writes, reads, lists and deletes some through the agent.
void use(URI edge, Path socket) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            ExecutorService threads = Executors.newFixedThreadPool(16)) {
        List<Future<?>> parts = new ArrayList<>();
        for (int i = 0; i < ROUNDS * FILES; i++) {
            URI file = edge.resolve("/uploads/" + name(i % FILES));
            parts.add(threads.submit(() -> {
                String tag = get(client, HttpRequest.newBuilder(file), 200);
                get(client, HttpRequest.newBuilder(file), 200);
                get(client, HttpRequest.newBuilder(file).header("If-None-Match", tag), 304);
                return tag;
            }));
        }
        for (int i = 0; i < 4; i++) {
            int writer = i;
            parts.add(threads.submit(() -> {
                try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    agent.connect(UnixDomainSocketAddress.of(socket));
                    for (int n = 0; n < 100; n++) {
                        String path = "/example/uploads/2026/12/file-" + writer + "-" + n + ".jpg";
                        ask(agent, "PUT", path, "x".repeat(4_096));
                        ask(agent, "HEAD", path, "");
                        ask(agent, "GET", path, "");
                        ask(agent, "DELETE", path, "");
                    }
                }
                return null;
            }));
        }
        for (Future<?> part : parts) {
            part.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}

/// Returns the tag of the answer.
String get(HttpClient client, HttpRequest.Builder request, int status) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != status) {
        throw new IOException(answer + " instead of " + status);
    }
    return answer.headers().firstValue("ETag").orElseThrow();
}

void ask(SocketChannel agent, String method, String path, String body) throws IOException {
    String request = "%s %s HTTP/1.1\r\nHost: aloft\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, body.length(), body);
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
        agent.write(bytes);
    }
    StringBuilder answer = new StringBuilder();
    ByteBuffer read = ByteBuffer.allocate(16 * 1024);
    int end = Integer.MAX_VALUE;
    while (answer.length() < end) {
        if (agent.read(read.clear()) < 0) {
            throw new IOException("the agent closed the connection at " + method + " " + path + ": " + answer);
        }
        answer.append(StandardCharsets.ISO_8859_1.decode(read.flip()));
        int head = answer.indexOf("\r\n\r\n");
        if (head >= 0 && end == Integer.MAX_VALUE) {
            Matcher length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)").matcher(answer.substring(0, head));
            end = head + 4 + (length.find() && !method.equals("HEAD") ? Integer.parseInt(length.group(1)) : 0);
        }
    }
    if (!answer.toString().startsWith("HTTP/1.1 2")) {
        throw new IOException(method + " " + path + ": " + answer.toString().lines().findFirst().orElseThrow());
    }
}

/// Runs of the program that leave a cache in the folder of work.
record Run(String java, Path jar, Path work, S3Credentials keys) {

    Process start(String cache, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:AOTCacheOutput=" + work.resolve(cache),
                "-XX:+UseCompactObjectHeaders",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(cache.equals(SERVER) ? List.of("-XX:+UseG1GC") : OF_COMMANDS);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile());
        builder.environment().put("AWS_ACCESS_KEY_ID", keys.accessKey());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", keys.secretKey());
        return builder.start();
    }

    URI edge(Process server) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(LIMIT);
        while (server.isAlive() && Instant.now().isBefore(end)) {
            Matcher listening = Pattern.compile("edge on (127\\.0\\.0\\.1:\\d+)").matcher(Files.readString(log()));
            if (listening.find()) {
                return URI.create("http://" + listening.group(1));
            }
            Thread.sleep(50);
        }
        throw failed();
    }

    /// Waits for the end of the program and of the JVM that writes its cache, and puts the cache beside the jar.
    void end(Process process, String cache) throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || !Files.exists(work.resolve(cache))) {
            process.destroyForcibly();
            throw failed();
        }
        Path whole = Files.createTempFile(jar.getParent(), cache, ".new");
        Files.copy(work.resolve(cache), whole, StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, jar.resolveSibling(cache), StandardCopyOption.ATOMIC_MOVE);
    }

    private IOException failed() throws IOException {
        return new IOException("the run that makes a start cache has failed: " + Files.readString(log()));
    }

    private Path log() {
        return work.resolve("log");
    }
}
