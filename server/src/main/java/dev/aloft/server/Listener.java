package dev.aloft.server;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.util.IO;

/// The listening socket of a connector without acceptor threads.
public final class Listener {

    private Listener() {}

    /// The failure to start a server: a [BindException] that names the address if it cannot be listened on.
    ///
    /// @param e of the start
    public static IOException failure(String host, int port, Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (!(root instanceof BindException || root instanceof UnresolvedAddressException)) {
            return e instanceof IOException io
                    ? io
                    : new IOException("cannot start the server of " + host + ":" + port + ": " + e, e);
        }
        BindException failure = new BindException("cannot serve on " + host + ":" + port + ": "
                + (root instanceof UnresolvedAddressException ? "there is no such host" : root.getMessage()));
        failure.initCause(e);
        return failure;
    }

    /// Closes it, so that no further connection is accepted. Without an acceptor thread, Jetty would accept them
    /// until the last request has ended, and lose those that come then. Waits until the address is free: clients
    /// reconnect as soon as they read that their connection ends. A socket of the service manager stays open there.
    ///
    /// @return false if it was still open when the limit expired
    public static boolean close(AbstractConnector connector, Duration limit) {
        if (!connector.isRunning() || !(connector.getTransport() instanceof ServerSocketChannel channel)) {
            return true;
        }
        Collection<ManagedSelector> selectors =
                connector.getBean(SelectorManager.class).getBeans(ManagedSelector.class);
        CountDownLatch released = new CountDownLatch(selectors.size());
        for (ManagedSelector selector : selectors) {
            selector.submit(_ -> {
                IO.close(channel);
                // Before its next update the selector selects, which releases a closed channel.
                selector.submit(_ -> released.countDown());
            });
        }
        try {
            return released.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
