package dev.aloft.server.cdn;

import dev.aloft.server.cdn.ApiClient.Done;
import dev.aloft.server.cdn.ApiClient.Failed;
import dev.aloft.server.cdn.ApiClient.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers the purges of one CDN in their order, in batches, in a thread of its own. A batch is repeated until the CDN
/// confirms it, after pauses that double from [#FIRST_PAUSE] to [#MAX_PAUSE]. Where the CDN refuses its content, the
/// sites of the batch are purged as a whole.
final class CdnSender implements AutoCloseable {

    /// The time in which changes are collected: an upload and its sizes, for instance. Meanwhile the fleet's edges
    /// forget them, too, so that the CDN does not fetch an old answer again.
    static final Duration COLLECT_INTERVAL = Duration.ofSeconds(1);

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    /// The time for what waits when the process ends.
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(CdnSender.class);

    private final CdnSettings settings;
    private final PurgeQueue queue;
    private final ApiClient client;
    private final RequestRate.Budget budget;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private boolean troubled;

    private CdnSender(CdnSettings settings, PurgeQueue queue) {
        this.settings = settings;
        this.queue = queue;
        this.client = new ApiClient(settings.api());
        this.budget = new RequestRate.Budget(settings.api().rate(), System.nanoTime());
        this.thread = Thread.ofVirtual().name("aloft-cdn-" + settings.name()).unstarted(this::run);
    }

    /// Opens the queue, and begins with what waits in it.
    static CdnSender start(CdnSettings settings) throws IOException {
        List<String> sites = settings.sites().stream().map(SiteUrls::name).toList();
        CdnSender sender = new CdnSender(settings, PurgeQueue.open(settings.folder(), settings.name(), sites));
        sender.thread.start();
        return sender;
    }

    CdnSettings settings() {
        return settings;
    }

    PurgeQueue queue() {
        return queue;
    }

    /// Purges that the CDN has confirmed.
    long delivered() {
        return delivered.sum();
    }

    /// Attempts that failed.
    long failures() {
        return failures.sum();
    }

    private void run() {
        try {
            List<CdnPurge> batch = next();
            while (!batch.isEmpty() && deliver(batch)) {
                queue.delivered();
                delivered.add(batch.size());
                batch = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // What is not delivered stays in the queue.
        }
    }

    private List<CdnPurge> next() throws InterruptedException {
        return queue.take(settings.api().maxBatch(), COLLECT_INTERVAL);
    }

    /// @return false if the process ends first
    private boolean deliver(List<CdnPurge> batch) throws InterruptedException {
        for (ApiRequest request : settings.api().requests(batch)) {
            Duration pause = FIRST_PAUSE;
            while (true) {
                if (isClosedWithin(budget.take(System.nanoTime()))) {
                    return false;
                }
                ApiClient.Result result = client.send(request);
                if (result instanceof Done) {
                    break;
                }
                failures.increment();
                result.failure().ifPresent(this::report);
                if (result instanceof Refused
                        && batch.stream().anyMatch(purge -> purge.file().isPresent())) {
                    return deliver(CdnPurge.sites(batch));
                }
                Duration least = result instanceof Failed failed ? failed.pause() : Duration.ZERO;
                if (isClosedWithin(pause.compareTo(least) < 0 ? least : pause)) {
                    return false;
                }
                pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
            }
        }
        if (troubled) {
            troubled = false;
            LOG.warn("cdn {}: purges work again", settings.name());
        }
        return true;
    }

    /// Waits; true if the process ends meanwhile. No time is no wait.
    private boolean isClosedWithin(Duration time) throws InterruptedException {
        return time.isPositive() && closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Logs the first failure of a row.
    private void report(String found) {
        if (!troubled) {
            troubled = true;
            LOG.warn("cdn {}: {}; will keep retrying, purges wait on disk", settings.name(), found);
        }
    }

    /// Delivers what waits, unless the CDN is away; the rest stays in the queue.
    @Override
    public void close() throws IOException {
        queue.announceClose();
        closing.countDown();
        try {
            if (!thread.join(CLOSE_LIMIT)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        client.close();
        queue.close();
    }
}
