package dev.aloft.cli;

import dev.aloft.linux.ServiceManager;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to the service manager, twice in each of its intervals, that the agent answers on its socket. An agent that
/// does not answer is not reported, and the manager restarts the process.
///
/// Asks for the agent's state, which needs no request to S3: an outage of S3 is no reason for a restart.
final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: aloft\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServiceManager manager;
    private final Path socket;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("aloft-watchdog").daemon().factory());

    private Watchdog(ServiceManager manager, Path socket) {
        this.manager = manager;
        this.socket = socket;
    }

    /// @param interval longest time between two reports
    /// @param socket of an agent in this process
    static Watchdog start(ServiceManager manager, Duration interval, Path socket) {
        Watchdog watchdog = new Watchdog(manager, socket);
        long half = interval.toMillis() / 2;
        var _ = watchdog.timer.scheduleAtFixedRate(watchdog::report, 0, Math.max(half, 1), TimeUnit.MILLISECONDS);
        return watchdog;
    }

    /// An agent that accepts and does not answer blocks here, which ends the reports as well.
    private void report() {
        try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            agent.connect(UnixDomainSocketAddress.of(socket));
            agent.write(ByteBuffer.wrap(REQUEST));
            if (agent.read(ByteBuffer.allocate(1)) == 1) {
                manager.alive();
            }
        } catch (IOException e) {
            LOG.warn("the agent does not answer on {}: {}", socket, e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
