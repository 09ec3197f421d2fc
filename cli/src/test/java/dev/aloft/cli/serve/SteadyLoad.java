package dev.aloft.cli.serve;

import dev.aloft.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// 200 reads a second through a web server, as far as the machine keeps up, and as many uploads to agents beside them,
/// each on a connection of its own as PHP has it.
final class SteadyLoad implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 5;
    private static final int UPLOADERS = 4;
    private static final long UPLOAD_PAUSE_MILLIS = INTERVAL_MILLIS * UPLOADERS;

    /// Reads at the same time; an nginx has 512 connections by default, and uses two for each.
    private static final int MAX_READS = 100;

    /// Reads and uploads that count as progress.
    private static final int STRIDE = 100;

    private static final int UPLOAD_STRIDE = 10;

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final String bucket;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(MAX_READS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private final Set<String> uploaded = ConcurrentHashMap.newKeySet();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private SteadyLoad(int port, String target, String bucket) {
        this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .build();
        this.bucket = bucket;
    }

    static SteadyLoad on(int port, String target, List<Path> agents, String bucket) {
        SteadyLoad load = uploads(agents, port, target, bucket);
        var _ = load.timer.scheduleAtFixedRate(load::readIfThereIsRoom, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return load;
    }

    /// Uploads only.
    static SteadyLoad uploads(List<Path> agents, String bucket) {
        return uploads(agents, 0, "/", bucket);
    }

    private static SteadyLoad uploads(List<Path> agents, int port, String target, String bucket) {
        SteadyLoad load = new SteadyLoad(port, target, bucket);
        for (int i = 0; i < UPLOADERS; i++) {
            Path agent = agents.get(i % agents.size());
            var _ = load.threads.submit(() -> load.uploadTo(agent));
        }
        return load;
    }

    /// Waits until some more reads and uploads have succeeded or failed.
    void awaitProgress() throws Exception {
        int readsNow = reads.get();
        int uploadsNow = uploaded.size();
        Eventually.await(
                "reads and uploads go on",
                () -> !failures.isEmpty()
                        || (reads.get() > readsNow + STRIDE && uploaded.size() > uploadsNow + UPLOAD_STRIDE));
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Keys of the uploads that an agent acknowledged.
    Set<String> uploaded() {
        return Set.copyOf(uploaded);
    }

    private void readIfThereIsRoom() {
        if (room.tryAcquire()) {
            threads.execute(this::read);
        }
    }

    private void read() {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                failures.add("read: " + response.statusCode());
            }
            reads.incrementAndGet();
        } catch (IOException e) {
            failures.add("read: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }

    private @Nullable Void uploadTo(Path agent) throws InterruptedException {
        while (!over.get()) {
            String key = "uploads/" + names.incrementAndGet() + ".txt";
            try {
                String answer = put(agent, key);
                if (answer.contains("HTTP/1.1 201 ")) { // after interim responses
                    uploaded.add(key);
                } else {
                    failures.add("upload: " + answer);
                }
            } catch (IOException e) {
                failures.add("upload: " + e);
            }
            Thread.sleep(UPLOAD_PAUSE_MILLIS);
        }
        return null;
    }

    private String put(Path agent, String key) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(agent));
            String text = "PUT /" + bucket + "/" + key + " HTTP/1.1\r\nHost: aloft\r\nContent-Length: " + key.length()
                    + "\r\nConnection: close\r\n\r\n" + key;
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer some = ByteBuffer.allocate(4096);
            while (channel.read(some.clear()) >= 0) {
                answer.write(some.array(), 0, some.position());
            }
            return answer.toString(StandardCharsets.US_ASCII);
        }
    }

    /// Begins nothing more, and waits for what is under way.
    void stop() {
        over.set(true);
        timer.close();
        threads.close();
    }

    @Override
    public void close() {
        stop();
        client.close();
    }
}
