package dev.aloft.e2e;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// The machine that the tests run on, which others may use at the same time.
final class Machine {

    private Machine() {}

    /// A limit that is meant for an idle machine, as it is fair on this one now: it grows with the number of programs
    /// that wait for each processor.
    static Duration fair(Duration limit) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        double waiting = Math.max(1, system.getSystemLoadAverage() / system.getAvailableProcessors());
        return Duration.ofMillis((long) (limit.toMillis() * waiting));
    }

    /// True if a process listens on this Unix socket.
    static boolean accepts(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
