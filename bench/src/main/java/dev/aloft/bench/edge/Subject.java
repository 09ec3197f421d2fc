package dev.aloft.bench.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server under test, with processor 0 to itself.
///
/// @param caches true if it fetches missing files from an origin
/// @param encrypted true if it speaks TLS
/// @param server stops it
record Subject(String name, int port, boolean caches, boolean encrypted, ProcessHandle process, AutoCloseable server)
        implements AutoCloseable {

    String url(String path) {
        return (encrypted ? "https" : "http") + "://127.0.0.1:" + port + path;
    }

    /// True if it compresses what it serves.
    boolean compresses() {
        return name.equals("aloft") || name.equals("nginx proxy_cache");
    }

    /// The CPU time of its processes, in seconds.
    double processorSeconds() throws IOException {
        long hertz = 100;
        long ticks = 0;
        for (ProcessHandle one : tree()) {
            String stat = Files.readString(Path.of("/proc/" + one.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return (double) ticks / hertz;
    }

    /// The memory of its processes; shared pages count once.
    long megabytes() throws IOException {
        long kilobytes = 0;
        for (ProcessHandle one : tree()) {
            for (String line : Files.readAllLines(Path.of("/proc/" + one.pid() + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return kilobytes / 1024;
    }

    private Iterable<ProcessHandle> tree() {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) TimeUnit.SECONDS.toMillis(1));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            server.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
