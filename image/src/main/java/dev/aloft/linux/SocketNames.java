package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Local addresses of this process's sockets by descriptor (`getsockname(2)`), and the reverse; which of them listen.
final class SocketNames {

    /// `sizeof (struct sockaddr_un)`, the longest of the three.
    private static final int MAX_BYTES = 110;

    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private static final int ADDRESS_AT = 4;
    private static final int ADDRESS6_AT = 8;
    private static final int ADDRESS_BYTES = 4;
    private static final int ADDRESS6_BYTES = 16;

    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketNames() {}

    /// @throws Refused for a descriptor that is no socket
    static SocketAddress local(int descriptor) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(MAX_BYTES, Integer.BYTES);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, MAX_BYTES);
            long _ = Kernel.syscall(Syscall.GETSOCKNAME, descriptor, name.address(), length.address());
            return parse(name.asSlice(0, Math.min(length.get(ValueLayout.JAVA_INT, 0), MAX_BYTES)));
        }
    }

    /// True for a socket that accepts connections.
    ///
    /// @throws Refused for a descriptor that is no socket
    static boolean isListening(int descriptor) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
            long _ = Kernel.syscall(
                    Syscall.GETSOCKOPT, descriptor, SOL_SOCKET, SO_ACCEPTCONN, value.address(), length.address());
            return value.get(ValueLayout.JAVA_INT, 0) != 0;
        }
    }

    private static SocketAddress parse(MemorySegment name) throws Refused {
        int family = name.get(ValueLayout.JAVA_SHORT, 0);
        return switch (family) {
            case AF_UNIX -> UnixDomainSocketAddress.of(path(name));
            case AF_INET -> inet(name, ADDRESS_AT, ADDRESS_BYTES);
            case AF_INET6 -> inet(name, ADDRESS6_AT, ADDRESS6_BYTES);
            default -> throw new Refused("address family " + family);
        };
    }

    private static String path(MemorySegment name) {
        byte[] bytes = name.asSlice(Short.BYTES).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static InetSocketAddress inet(MemorySegment name, int at, int bytes) {
        try {
            byte[] address = name.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), Short.toUnsignedInt(name.get(PORT, Short.BYTES)));
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e); // for another number of bytes
        }
    }

    /// The descriptor of a listening socket of this process.
    ///
    /// @throws IOException if no socket has this address
    static int descriptor(SocketAddress address) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            List<Integer> descriptors = open.map(entry -> Integer.valueOf(String.valueOf(entry.getFileName())))
                    .toList();
            for (int descriptor : descriptors) {
                if (hasName(descriptor, address)) {
                    return descriptor;
                }
            }
        }
        throw new IOException("no descriptor has the address " + address);
    }

    private static boolean hasName(int descriptor, SocketAddress address) {
        try {
            return local(descriptor).equals(address);
        } catch (Refused e) {
            return false; // a file, or closed by another thread
        }
    }
}
