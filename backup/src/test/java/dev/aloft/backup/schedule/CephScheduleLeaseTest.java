package dev.aloft.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.CephBucket;
import dev.aloft.backup.SharedCeph;
import dev.aloft.bulk.BucketFolder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The lease of scheduled backups in a bucket of Ceph that keeps versions, where no replacement can be conditional.
@Tag("ceph")
final class CephScheduleLeaseTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void oneHostHasTheLeaseUntilItReleasesItOrItsTermEnds() throws Exception {
        CephBucket bucket = CEPH.versionedBucket();
        BucketFolder folder = bucket.folder("backups/");
        List<ScheduleLease> hosts = IntStream.range(0, 4)
                .mapToObj(i -> new ScheduleLease(folder, "host" + i, nanos::get))
                .toList();

        List<ScheduleLease> holders = Rivals.take(hosts);
        assertThat(holders).hasSize(1);
        ScheduleLease holder = holders.getFirst();
        assertThat(Rivals.take(hosts)).isEmpty();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(holder.renew()).isTrue();
        holder.release();

        ScheduleLease next = hosts.get(1);
        assertThat(next.take()).isPresent();
        assertThat(Rivals.take(hosts)).isEmpty();
        nanos.addAndGet(ScheduleLease.TERM.toNanos());
        assertThat(Rivals.take(hosts)).hasSize(1);
    }
}
