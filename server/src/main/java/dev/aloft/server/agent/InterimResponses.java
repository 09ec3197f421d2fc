package dev.aloft.server.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.thread.Scheduler;

/// Reports to a client every [#PROGRESS_INTERVAL] that a long exchange is still in progress: by 102 (RFC 2518, 10.1).
/// A client may therefore give up on a silent agent, and wait for one that moves a large directory.
///
/// Covers the part of an exchange before its answer; closing it waits until nothing more is sent.
final class InterimResponses implements AutoCloseable {

    static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(5);

    private final Response response;
    private final Scheduler scheduler;
    private Scheduler.Task next;
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    private boolean over;

    private InterimResponses(Request request, Response response) {
        this.response = response;
        this.scheduler = request.getComponents().getScheduler();
        this.next = scheduler.schedule(this::tell, PROGRESS_INTERVAL);
    }

    static InterimResponses of(Request request, Response response) {
        return new InterimResponses(request, response);
    }

    private synchronized void tell() {
        if (!over && sent.isDone()) {
            sent = response.writeInterim(HttpStatus.PROCESSING_102, HttpFields.EMPTY);
            next = scheduler.schedule(this::tell, PROGRESS_INTERVAL);
        }
    }

    /// @throws IOException if the client does not read it
    @Override
    public void close() throws IOException {
        CompletableFuture<Void> last;
        synchronized (this) {
            over = true;
            next.cancel();
            last = sent;
        }
        try {
            last.get(Agent.STALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the client has left: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while answering", e);
        }
    }
}
