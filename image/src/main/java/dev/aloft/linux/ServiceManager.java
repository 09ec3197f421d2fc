package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Service manager that started this process and waits for its notifications (`sd_notify(3)`), such as systemd for a
/// unit of `Type=notify`.
///
/// Notifications are best effort and never block: one that cannot be delivered is logged. Safe for many threads.
public final class ServiceManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    // socket(2), send(2)
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL_DONTWAIT = 0x4000 | 0x40;

    /// `sizeof (struct sockaddr_un)`, two bytes of which are the family.
    private static final int ADDRESS_BYTES = 110;

    private static final int PATH_AT = Short.BYTES;

    private final byte[] path;
    private final Optional<Duration> watchdog;

    private ServiceManager(byte[] path, Optional<Duration> watchdog) {
        this.path = path;
        this.watchdog = watchdog;
    }

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    ///
    /// @return empty if no manager waits for notifications
    public static Optional<ServiceManager> in(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        byte[] path = socket.getBytes(StandardCharsets.UTF_8);
        if (!(socket.startsWith("/") || socket.startsWith("@")) || path.length > ADDRESS_BYTES - PATH_AT - 1) {
            return Optional.empty();
        }
        if (path[0] == '@') {
            path[0] = 0; // the abstract namespace
        }
        return Optional.of(new ServiceManager(path, watchdog(environment)));
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        String process = environment.getOrDefault("WATCHDOG_PID", "");
        if (!process.isEmpty()
                && !process.equals(String.valueOf(ProcessHandle.current().pid()))) {
            return Optional.empty();
        }
        return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> text.matches("[1-9][0-9]{0,15}"))
                .map(text -> Duration.of(Long.parseLong(text), ChronoUnit.MICROS));
    }

    /// Longest time between two calls of [#alive()] before the manager restarts this process. Empty: it does not watch.
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /// Reports that all that was to be started is up.
    public void ready() {
        send("READY=1");
    }

    /// Reports that the process is still working.
    public void alive() {
        send("WATCHDOG=1");
    }

    /// Reports that the process is shutting down.
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String state) {
        try (Arena arena = Arena.ofConfined()) {
            long socket = Kernel.syscall(Syscall.SOCKET, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            try {
                byte[] text = state.getBytes(StandardCharsets.US_ASCII);
                MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
                long _ = Kernel.syscall(
                        Syscall.SENDTO,
                        socket,
                        message.address(),
                        text.length,
                        MSG_NOSIGNAL_DONTWAIT,
                        address(arena).address(),
                        PATH_AT + path.length);
            } finally {
                long _ = Kernel.syscall(Syscall.CLOSE, socket);
            }
        } catch (Refused e) {
            LOG.warn("cannot notify the service manager of {}: {}", state, e.getMessage());
        }
    }

    private MemorySegment address(Arena arena) {
        MemorySegment address = arena.allocate(ADDRESS_BYTES, Short.BYTES); // zeroed
        address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH_AT, path.length);
        return address;
    }
}
