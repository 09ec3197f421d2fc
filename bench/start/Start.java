import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Starts the service of an unpacked package several times on an S3 of its own, and prints the time until its agent has
/// answered, the CPU time until then, and the resident memory of the idle process.
///
/// Arguments: the folder with the package and its command `aloft`, and the number of rounds.
static final Duration LIMIT = Duration.ofMinutes(1);

/// The native heap is trimmed once a minute.
static final Duration IDLE = Duration.ofSeconds(75);

static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

/// One start.
record Started(long millis, long cpuMillis, long residentMiB) {}

void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    Path folder = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    S3Credentials keys = S3Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys)) {
        s3.createBucket("example");
        Path socket = folder.resolve("aloft.sock");
        Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:0"

                [[site]]
                name = "example"
                bucket = "example"
                socket = "%s"
                """.formatted(s3.endpoint(), socket));
        System.out.println("| | agent answers | CPU time until then | resident, idle |");
        System.out.println("| --- | --- | --- | --- |");
        System.out.println("| aim, agent alone | 500 ms | | 160 MiB |");
        for (List<String> parts : List.of(List.of("--agent-only"), List.<String>of())) {
            List<Started> starts = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) { // The first one reads files that no memory holds yet.
                boolean isLast = round == rounds;
                starts.add(start(folder, keys, socket, parts, isLast ? IDLE : Duration.ZERO));
            }
            List<Started> counted = starts.subList(1, starts.size());
            System.out.printf(
                    "| %s | %d ms, at best %d | %d ms | %d MiB |%n",
                    parts.isEmpty() ? "agent and edge" : "agent alone",
                    median(counted.stream().mapToLong(Started::millis).toArray()),
                    counted.stream().mapToLong(Started::millis).min().orElseThrow(),
                    median(counted.stream().mapToLong(Started::cpuMillis).toArray()),
                    counted.getLast().residentMiB());
        }
    }
}

long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
}

Started start(Path folder, S3Credentials keys, Path socket, List<String> parts, Duration idle) throws Exception {
    Files.deleteIfExists(socket);
    List<String> command = new ArrayList<>(List.of(
            folder.resolve("aloft").toString(),
            "serve",
            "--config",
            folder.resolve("aloft.toml").toString()));
    command.addAll(parts);
    ProcessBuilder builder = new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("AWS_ACCESS_KEY_ID", keys.accessKey());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", keys.secretKey());
    long begin = System.nanoTime();
    Process service = builder.start();
    try {
        while (!answers(socket)) {
            if (!service.isAlive() || System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new IOException("no agent: " + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(2);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        long cpu = service.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
        Thread.sleep(idle);
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + service.pid() + "/status")));
        return new Started(millis, cpu, resident.find() ? Long.parseLong(resident.group(1)) / 1024 : 0);
    } finally {
        service.destroy();
        service.waitFor();
    }
}

boolean answers(Path socket) throws IOException {
    if (!Files.exists(socket)) {
        return false;
    }
    try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        agent.connect(UnixDomainSocketAddress.of(socket));
        agent.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: aloft\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(64);
        return agent.read(answer) > 0
                && new String(answer.array(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
        return false; // It does not listen yet.
    }
}
