package dev.aloft.server.cdn;

import dev.aloft.server.PurgeSwitch;
import dev.aloft.server.uploads.FolderRules;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectChanges.Watch;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Purges at CDNs what this process changes: each changed upload with its renditions, or the whole site for an
/// `.htaccess` file. Only the host that makes a change announces it.
///
/// No upload waits for a CDN, or fails with it: purges wait in a [PurgeQueue]. Safe for many threads.
public final class CdnNotifier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CdnNotifier.class);

    private final List<CdnSender> senders = new ArrayList<>();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    private CdnNotifier() {}

    /// Opens the queues, and begins to deliver what they have.
    ///
    /// @param cdns with distinct names in each folder
    /// @throws IOException if a queue cannot be written, or another process has it
    public static CdnNotifier open(List<CdnSettings> cdns) throws IOException {
        CdnNotifier notifier = new CdnNotifier();
        try {
            for (CdnSettings cdn : cdns) {
                notifier.senders.add(CdnSender.start(cdn));
            }
            return notifier;
        } catch (IOException | RuntimeException e) {
            notifier.close();
            throw e;
        }
    }

    /// Purges at once, without the queue, each request once: for a command.
    ///
    /// @return the first failure, after which nothing more is sent; empty for none
    public static Optional<String> purge(CdnSettings cdn, List<CdnPurge> purges) throws InterruptedException {
        List<String> sites = cdn.sites().stream().map(SiteUrls::name).toList();
        List<CdnPurge> own =
                purges.stream().filter(purge -> sites.contains(purge.site())).toList();
        try (ApiClient client = new ApiClient(cdn.api())) {
            for (int i = 0; i < own.size(); i += cdn.api().maxBatch()) {
                int end = Math.min(own.size(), i + cdn.api().maxBatch());
                for (ApiRequest request : cdn.api().requests(own.subList(i, end))) {
                    Optional<String> failure = client.send(request).failure();
                    if (failure.isPresent()) {
                        return failure;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// Announces this process's changes of a site's uploads.
    ///
    /// @param purges switches that off
    public void join(Bucket bucket, SiteUrls site, PurgeSwitch purges) {
        List<PurgeQueue> queues = senders.stream()
                .filter(sender -> sender.settings().sites().contains(site))
                .map(CdnSender::queue)
                .toList();
        if (!queues.isEmpty()) {
            watches.add(bucket.changes().watch(key -> {
                if (!purges.isOff()) {
                    changed(site, key, queues);
                }
            }));
        }
    }

    private static void changed(SiteUrls site, ObjectKey key, List<PurgeQueue> queues) {
        site.file(key).ifPresent(file -> {
            CdnPurge purge = FolderRules.isOne(key) ? CdnPurge.all(site.name()) : CdnPurge.of(site.name(), file);
            queues.forEach(queue -> queue.add(purge));
        });
    }

    /// Counts of all CDNs since the start.
    ///
    /// @param waiting purges that are not delivered yet
    /// @param delivered purges that a CDN has confirmed
    /// @param failures attempts that failed
    /// @param overflows times that whole sites were purged because too much waited
    public record Statistics(long waiting, long delivered, long failures, long overflows) {}

    public Statistics statistics() {
        return new Statistics(
                sum(sender -> sender.queue().size()),
                sum(CdnSender::delivered),
                sum(CdnSender::failures),
                sum(sender -> sender.queue().overflows()));
    }

    private long sum(ToLongFunction<CdnSender> count) {
        return senders.stream().mapToLong(count).sum();
    }

    /// Delivers what waits, except to CDNs that are away; that stays in their queues.
    @Override
    public void close() {
        watches.forEach(Watch::close);
        for (CdnSender sender : senders) {
            try {
                sender.close();
            } catch (IOException e) {
                LOG.warn("cdn {}: {}", sender.settings().name(), e.toString());
            }
        }
    }
}
