package dev.aloft.server;

import java.util.concurrent.Executor;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// Threads of a server by Jetty: what waits is answered on virtual ones.
public final class ServerThreads {

    static {
        // References to a cache line, with the heaps that Aloft has. Without it, Jetty starts JMX to find that out.
        System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    }

    private ServerThreads() {}

    /// @param answering makes the threads of requests
    public static QueuedThreadPool named(String name, Executor answering) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(name);
        threads.setVirtualThreadsExecutor(answering);
        return threads;
    }

    /// Runs an answer in a thread of its own, where Jetty does not see what is thrown: that fails the callback, and so
    /// breaks the connection.
    public static void execute(Executor answering, Runnable answer, Callback callback) {
        answering.execute(() -> {
            try {
                answer.run();
            } catch (RuntimeException | Error e) {
                callback.failed(e);
                throw e;
            }
        });
    }
}
