package dev.aloft.server.agent;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/// The exchanges of one site that wait for their clients, the longest wait first.
///
/// A client may stall for [Agent#STALL_LIMIT]. But while its site uses all of the store that it may use
/// and wants more ([#giveWay]), the exchange whose client has stalled longest is ended, if that is for [#YIELD_LIMIT].
/// Safe for many threads.
final class SlowClients {

    /// The time for which a client may neither send nor take anything while others of its site wait.
    static final Duration YIELD_LIMIT = Duration.ofSeconds(2);

    private final Set<Wait> waits = new LinkedHashSet<>();

    /// One wait of an exchange; equal to itself alone.
    private static final class Wait {
        private final EndPoint client;
        private final long begin = System.nanoTime();
        private volatile boolean ended;

        private Wait(Request request) {
            this.client = request.getConnectionMetaData().getConnection().getEndPoint();
        }
    }

    /// An exchange that was ended to make room for others.
    static final class GaveWay extends IOException {

        private static final long serialVersionUID = 1;

        private GaveWay(IOException closed) {
            super(
                    "its client was silent for " + YIELD_LIMIT.toSeconds()
                            + " s while other exchanges of the site waited",
                    closed);
        }
    }

    /// An exchange whose client neither sent nor took anything for the connection's idle limit.
    static final class Stalled extends IOException {

        private static final long serialVersionUID = 1;

        private Stalled(IOException timeout) {
            super("the client stalled", timeout);
        }
    }

    /// Ends the exchange whose client has stalled longest, if any has for too long.
    synchronized void giveWay() {
        Iterator<Wait> oldest = waits.iterator();
        if (oldest.hasNext()) {
            Wait wait = oldest.next();
            if (System.nanoTime() - wait.begin >= YIELD_LIMIT.toNanos()) {
                oldest.remove();
                wait.ended = true;
                // On a thread of its own: the thread that waits for the connection would run on this one.
                Thread.startVirtualThread(() -> wait.client.close(new TimeoutException("silent while others wait")));
            }
        }
    }

    /// The request's body, with its waits recorded.
    InputStream reading(Request request, InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                return during(request, in::read);
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                return during(request, () -> in.read(bytes, offset, count));
            }
        };
    }

    /// The response's body, with its waits recorded.
    OutputStream writing(Request request, OutputStream answer) {
        return new FilterOutputStream(answer) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                during(request, () -> {
                    out.write(bytes, offset, count);
                    return count;
                });
            }
        };
    }

    private int during(Request request, Step step) throws IOException {
        Wait wait = begin(new Wait(request));
        try {
            return step.run();
        } catch (IOException e) {
            if (wait.ended) {
                throw new GaveWay(e);
            }
            throw e.getCause() instanceof TimeoutException ? new Stalled(e) : e;
        } finally {
            end(wait);
        }
    }

    private synchronized Wait begin(Wait wait) {
        waits.add(wait);
        return wait;
    }

    private synchronized void end(Wait wait) {
        waits.remove(wait);
    }

    private interface Step {
        int run() throws IOException;
    }
}
