package dev.aloft.server.edge;

import java.io.EOFException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/// Ends a request whose php-fpm worker hung up between two records, as one does that is killed before it has said
/// anything. Jetty's client sees such an end and goes on waiting for bytes until its time limit.
///
/// Looks twice a second at the request's connection, and gives up when it finds it ended twice running: at the first
/// sight the last bytes may still be under way. For one request.
final class HangUpWatch implements Runnable {

    private static final long INTERVAL_MILLIS = 500;

    private final Request request;
    private final Scheduler scheduler;
    private volatile boolean over;
    private boolean seen;

    private HangUpWatch(Request request, Scheduler scheduler) {
        this.request = request;
        this.scheduler = scheduler;
    }

    static HangUpWatch start(Request request, Scheduler scheduler) {
        HangUpWatch watch = new HangUpWatch(request, scheduler);
        watch.lookLater();
        return watch;
    }

    /// The request has ended in some way.
    void stop() {
        over = true;
    }

    @Override
    public void run() {
        if (over) {
            return;
        }
        boolean ended = request.getConnection() instanceof Connection connection
                && connection.getEndPoint().isInputShutdown();
        if (ended && seen) {
            var _ = request.abort(new EOFException("the connection ended before the answer did"));
            return;
        }
        seen = ended;
        lookLater();
    }

    private void lookLater() {
        scheduler.schedule(this, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
}
