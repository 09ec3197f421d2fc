package dev.aloft.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/// A port of 127.0.0.1 for a server that is started later, or started again, by another process.
///
/// It is below the range that Linux takes ports from for programs that name none (`ip_local_port_range`, from 32768 by
/// default): other tests open thousands of those, and one of them could get the port meanwhile.
public final class FreePort {

    private static final int FIRST = 10_000;
    private static final int END = 32_768;
    private static final int MAX_ATTEMPTS = 100;

    private FreePort() {}

    /// @throws BindException when there is none
    public static int next() throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = RandomGenerator.getDefault().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
