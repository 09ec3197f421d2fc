package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listening sockets that a service manager opened and passes to this process (`sd_listen_fds(3)`). The manager keeps
/// them open while the process restarts: a client that connects meanwhile waits, and is not refused.
///
/// Sockets are found by address: a Unix socket by its path, a TCP socket by host and port. `LISTEN_FDNAMES` is not
/// needed. Java opens no channel on a descriptor. A channel that listens elsewhere is therefore moved: its descriptor
/// is replaced by the inherited one, before anything is accepted. For one thread.
public final class InheritedSockets {

    private static final Logger LOG = LoggerFactory.getLogger(InheritedSockets.class);

    /// `SD_LISTEN_FDS_START`
    private static final int FIRST = 3;

    private static final int MAX_SOCKETS = 256;
    private static final int O_CLOEXEC = 0x80000;

    private final Map<SocketAddress, Integer> descriptors;

    private InheritedSockets(Map<SocketAddress, Integer> descriptors) {
        this.descriptors = new LinkedHashMap<>(descriptors);
    }

    /// No sockets: every server opens its own.
    public static InheritedSockets none() {
        return new InheritedSockets(Map.of());
    }

    /// Reads `LISTEN_PID` and `LISTEN_FDS`. A descriptor that is no listening socket is logged and ignored.
    public static InheritedSockets in(Map<String, String> environment) {
        String count = environment.getOrDefault("LISTEN_FDS", "");
        String process = String.valueOf(ProcessHandle.current().pid());
        if (!process.equals(environment.get("LISTEN_PID")) || !count.matches("[1-9][0-9]{0,2}")) {
            return none();
        }
        Map<SocketAddress, Integer> found = new LinkedHashMap<>();
        int end = FIRST + Math.min(Integer.parseInt(count), MAX_SOCKETS);
        for (int descriptor = FIRST; descriptor < end; descriptor++) {
            try {
                if (SocketNames.isListening(descriptor)) {
                    found.put(SocketNames.local(descriptor), descriptor);
                } else {
                    LOG.warn("descriptor {} of the service manager does not listen", descriptor);
                }
            } catch (Refused e) {
                LOG.warn("descriptor {} of the service manager is no socket: {}", descriptor, e.getMessage());
            }
        }
        return new InheritedSockets(found);
    }

    /// True if a socket on this address waits for its server.
    public boolean has(SocketAddress address) {
        return find(address).isPresent();
    }

    /// Addresses of the sockets that no server has taken.
    public Collection<SocketAddress> unclaimed() {
        return List.copyOf(descriptors.keySet());
    }

    /// Takes the TCP socket of an address.
    ///
    /// @param host a name or literal address
    /// @return a channel that listens there; its own `getLocalAddress` is another one. Empty if no such socket was
    ///     passed
    public Optional<ServerSocketChannel> take(String host, int port) throws IOException {
        Optional<SocketAddress> address = find(new InetSocketAddress(host, port));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        boolean old = address.get() instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
        ServerSocketChannel channel =
                ServerSocketChannel.open(old ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            move(channel, address.get());
            return Optional.of(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Makes a channel listen on an inherited socket, and no longer where it was bound.
    ///
    /// @param bound of the same family, which has not accepted and is in no selector
    /// @throws IOException if there is no such socket
    public void move(ServerSocketChannel bound, SocketAddress address) throws IOException {
        SocketAddress found =
                find(address).orElseThrow(() -> new IOException("no socket on " + address + " was passed"));
        int descriptor = Objects.requireNonNull(descriptors.remove(found));
        try {
            int own = SocketNames.descriptor(bound.getLocalAddress());
            long _ = Kernel.syscall(Syscall.DUP3, descriptor, own, O_CLOEXEC);
            long _ = Kernel.syscall(Syscall.CLOSE, descriptor);
        } catch (Refused e) {
            throw new IOException("cannot take the socket on " + address + ": " + e.getMessage(), e);
        }
    }

    private Optional<SocketAddress> find(SocketAddress wanted) {
        return descriptors.containsKey(wanted)
                ? Optional.of(wanted)
                : descriptors.keySet().stream()
                        .filter(address -> isSame(address, wanted))
                        .findFirst();
    }

    private static boolean isSame(SocketAddress one, SocketAddress other) {
        if (one instanceof InetSocketAddress first && other instanceof InetSocketAddress second) {
            return first.getPort() == second.getPort() && isAny(first) && isAny(second);
        }
        return one instanceof UnixDomainSocketAddress first
                && other instanceof UnixDomainSocketAddress second
                && first.getPath().normalize().equals(second.getPath().normalize());
    }

    /// True for every address of the host: systemd opens a port alone for IPv6, which includes IPv4.
    private static boolean isAny(InetSocketAddress address) {
        return address.getAddress() != null && address.getAddress().isAnyLocalAddress();
    }
}
