import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/// A server under mixed load: two sites written and read through their sockets, uploads and pictures read at the edge.
///
/// Arguments: a folder, seconds, and the command that serves `aloft.toml` of that folder. Prints one row: requests,
/// CPU and the memory of the server and of its picture worker.

static final int CLIENTS = 16;
static final int FILES = 1500;
static final byte[] NONE = {};
static final LongAdder DONE = new LongAdder();
static final LongAdder FAILED = new LongAdder();

void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    S3Credentials keys = S3Credentials.random();
    int port = freePort();
    try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys)) {
        s3.createBucket("media");
        Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:%d"

                [[site]]
                name = "one"
                hosts = ["one.test"]
                bucket = "media"
                prefix = "one"
                socket = "%s/one.sock"

                [[site]]
                name = "two"
                hosts = ["two.test"]
                bucket = "media"
                prefix = "two"
                socket = "%s/two.sock"
                """.formatted(s3.endpoint(), port, folder, folder));
        ProcessBuilder builder = new ProcessBuilder(List.of(arguments).subList(2, arguments.length));
        builder.environment().put("AWS_ACCESS_KEY_ID", keys.accessKey());
        builder.environment().put("AWS_SECRET_ACCESS_KEY", keys.secretKey());
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("server.log").toFile());
        Process server = builder.start();
        try {
            load(server, folder, port, seconds);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }
}

void load(Process server, Path folder, int port, int seconds) throws Exception {
    List<SocketAddress> sites =
            List.of(UnixDomainSocketAddress.of(folder + "/one.sock"), UnixDomainSocketAddress.of(folder + "/two.sock"));
    SocketAddress edge = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (SocketAddress each : List.of(sites.get(0), sites.get(1), edge)) {
        awaitOpen(each);
    }
    fill(sites);
    DONE.reset();
    FAILED.reset();
    long cpu = cpuMillis(server.pid());
    long begin = System.nanoTime();
    long end = begin + Duration.ofSeconds(seconds).toNanos();
    try (ExecutorService clients = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(i);
            clients.submit(() -> {
                while (System.nanoTime() < end) {
                    exchange(random, sites, edge);
                }
                return null;
            });
        }
    }
    double elapsed = (System.nanoTime() - begin) / 1e9;
    double busy = (cpuMillis(server.pid()) - cpu) / 1e3;
    long worker = server.descendants().mapToLong(child -> memory(child.pid(), "VmHWM")).sum();
    long peak = memory(server.pid(), "VmHWM");
    IO.println("| %.0f | %.0f | %d | %d | %d | %d |".formatted(
            DONE.sum() / elapsed,
            DONE.sum() / busy,
            memory(server.pid(), "VmRSS"),
            peak,
            worker,
            FAILED.sum()));
}

/// One request: two of three are of visitors, one in a hundred renders a picture.
void exchange(Random random, List<SocketAddress> sites, SocketAddress edge) {
    int site = random.nextInt(2);
    String host = site == 0 ? "one" : "two";
    SocketAddress agent = sites.get(site);
    String file = "/uploads/2026/11/file-%04d".formatted((int) (FILES * Math.pow(random.nextDouble(), 3)));
    String visitor = "Host: " + host + ".test\r\n";
    String fresh = "/media/" + host + "/uploads/2026/12/new-" + random.nextInt(1000) + ".bin";
    int dice = random.nextInt(100);
    if (dice < 10) {
        byte[] body = new byte[random.nextInt(1 << 17)];
        random.nextBytes(body);
        send(agent, "PUT", fresh, "", body);
    } else if (dice < 20) {
        send(agent, "HEAD", "/media/" + host + file + ".jpg", "", NONE);
    } else if (dice < 25) {
        send(agent, "GET", "/media/" + host + "/uploads/2026/11/", "", NONE);
    } else if (dice < 30) {
        send(agent, "GET", "/media/" + host + file + ".jpg", "", NONE);
    } else if (dice < 35) {
        send(agent, "DELETE", fresh, "", NONE);
    } else if (dice < 36) {
        String photo = "/tachyon/2026/11/photo-" + random.nextInt(4) + ".jpg?w=" + (100 + random.nextInt(900));
        send(edge, "GET", photo, visitor, NONE);
    } else if (dice < 50) {
        send(edge, "GET", file + ".jpg", visitor + "Range: bytes=100-9999\r\n", NONE);
    } else if (dice < 60) {
        send(edge, "GET", "/uploads/2026/11/style.css", visitor + "Accept-Encoding: gzip, br\r\n", NONE);
    } else {
        send(edge, "GET", file + ".jpg", visitor, NONE);
    }
}

void fill(List<SocketAddress> sites) throws Exception {
    byte[] photo = photo();
    try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
        List<Future<?>> writes = new ArrayList<>();
        for (int site = 0; site < 2; site++) {
            SocketAddress agent = sites.get(site);
            String prefix = "/media/" + (site == 0 ? "one" : "two") + "/uploads/2026/11/";
            for (int i = 0; i < FILES; i++) {
                byte[] body = new byte[10_000 + new Random(i).nextInt(50_000)];
                new Random(i).nextBytes(body);
                String name = prefix + "file-%04d.jpg".formatted(i);
                writes.add(clients.submit(() -> send(agent, "PUT", name, "", body)));
            }
            for (int i = 0; i < 4; i++) {
                send(agent, "PUT", prefix + "photo-" + i + ".jpg", "", photo);
            }
            send(agent, "PUT", prefix + "style.css", "", "a { color: red }\n".repeat(5000).getBytes(StandardCharsets.US_ASCII));
        }
        for (Future<?> write : writes) {
            write.get();
        }
    }
}

/// Six megapixels with noise.
byte[] photo() throws IOException {
    BufferedImage image = new BufferedImage(3000, 2000, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
            image.setRGB(x, y, (x * 255 / 3000 << 16) + (y * 255 / 2000 << 8) + random.nextInt(64));
        }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
}

/// One exchange on a connection of its own, as PHP does.
void send(SocketAddress to, String method, String target, String fields, byte[] body) {
    String head = method + " " + target + " HTTP/1.1\r\n"
            + (fields.contains("Host") ? "" : "Host: aloft\r\n")
            + fields
            + "Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(to)) {
        ByteBuffer[] request = {ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(body)};
        while (request[0].hasRemaining() || request[1].hasRemaining()) {
            channel.write(request);
        }
        ByteBuffer answer = ByteBuffer.allocate(1 << 16);
        channel.read(answer);
        boolean ok = answer.get(9) < '5' && answer.position() > 12;
        while (channel.read(answer.clear()) >= 0) {
            // All of it has to come.
        }
        (ok ? DONE : FAILED).increment();
    } catch (IOException e) {
        FAILED.increment();
    }
}

void awaitOpen(SocketAddress address) throws InterruptedException {
    for (int i = 0; i < 1200; i++) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            if (channel.isConnected()) {
                return;
            }
        } catch (IOException e) {
            Thread.sleep(50);
        }
    }
    throw new IllegalStateException("the server does not answer at " + address);
}

int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
    }
}

/// In MiB.
long memory(long pid, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
        return lines.filter(line -> line.startsWith(field + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                / 1024;
    } catch (IOException e) {
        return 0; // It has ended.
    }
}

long cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
}
