package dev.aloft.backup.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.BackupSettings;
import dev.aloft.backup.Backups;
import dev.aloft.backup.DatabasePart;
import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Verification;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.OperationFiles;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// A site of one file and hosts that take its backups, on an embedded S3 behind a front that makes faults.
///
/// @param front between the hosts and S3
/// @param direct past the front
/// @param nanos the clock of the leases
record ScheduleRig(EmbeddedS3 s3, S3Front front, Store store, Store direct, Backups backups, AtomicLong nanos)
        implements AutoCloseable {

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");

    private static final OperationFiles UNSHOWN = new OperationFiles(Path.of("none/operations"));

    static ScheduleRig start(Path data) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket("media");
        s3.createBucket("backups");
        S3Front front = S3Front.before(s3.endpoint());
        Store store = open(Provider.EMBEDDED, front.endpoint());
        Backups backups = new Backups(
                "shop",
                new BucketFolder(store.bucket("media"), "shop/"),
                new BucketFolder(store.bucket("backups"), "shop/"),
                BackupSettings.unsigned("test", InstantSource.system()));
        ScheduleRig rig =
                new ScheduleRig(s3, front, store, open(Provider.EMBEDDED, s3.endpoint()), backups, new AtomicLong());
        put(rig.outside("media"), "uploads/cat.jpg", "cat");
        return rig;
    }

    static Store open(Provider provider, URI endpoint) {
        StoreSettings settings = StoreSettings.at(provider, endpoint).withTimeout(Duration.ofMinutes(1));
        return Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
    }

    static void put(BucketFolder folder, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        folder.bucket()
                .put(
                        folder.key(name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        "text/plain",
                        WriteCondition.always());
    }

    /// The folder of the backups.
    BucketFolder folder() {
        return new BucketFolder(store.bucket("backups"), "shop/");
    }

    /// The site's folder of a bucket, past the front.
    BucketFolder outside(String bucket) {
        return new BucketFolder(direct.bucket(bucket), "shop/");
    }

    /// A schedule that verifies each snapshot and keeps the newest.
    ScheduledBackups.Site site(Duration every, ScheduledBackups.Site.Database database) {
        return site(every, Optional.empty(), new KeepRules(1, 0, 0, 0, 0, 0, Set.of()), database);
    }

    ScheduledBackups.Site site(
            Duration every, Optional<LocalTime> at, KeepRules keep, ScheduledBackups.Site.Database database) {
        return new ScheduledBackups.Site(
                "shop", backups, folder(), every, at, Optional.of(Verification.QUICK), keep, database, UNSHOWN);
    }

    SiteTimer host(String name, ScheduledBackups.Site site) {
        return host(name, site, LeaseKeeper.RENEWAL_INTERVAL);
    }

    SiteTimer host(String name, ScheduledBackups.Site site, Duration renewalInterval) {
        return new SiteTimer(
                site, lease(name), new Semaphore(1), new CountDownLatch(1), InstantSource.system(), renewalInterval);
    }

    ScheduleLease lease(String host) {
        return new ScheduleLease(folder(), host, nanos::get);
    }

    /// Text of the newest object of the lease; empty for one that was released.
    String leaseText() throws IOException {
        BucketFolder folder = outside("backups");
        ObjectKey newest = folder.key(leases().getLast());
        try (ObjectContent content =
                folder.bucket().get(newest, null, ReadCondition.any()).orElseThrow()) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    /// Takes the lease from a host that renews it.
    void takeOver() throws IOException {
        BucketFolder folder = outside("backups");
        byte[] bytes = "{\"holder\":\"other\"}".getBytes(UTF_8);
        boolean isTaken = false;
        for (int number = leases().size() + 1; !isTaken; number++) {
            try {
                folder.bucket()
                        .put(
                                folder.key(Backups.LEASE + "%012d.json".formatted(number)),
                                new ByteArrayInputStream(bytes),
                                bytes.length,
                                "application/json",
                                WriteCondition.ifAbsent());
                isTaken = true;
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.PRECONDITION) {
                    throw e;
                }
            }
        }
    }

    private List<String> leases() throws IOException {
        BucketFolder folder = outside("backups");
        return folder.bucket().list(ListQuery.flat(folder.key(Backups.LEASE).value())).objects().stream()
                .map(object -> folder.name(object.key()).orElseThrow().value())
                .toList();
    }

    @Override
    public void close() throws IOException {
        store.close();
        direct.close();
        front.close();
        s3.close();
    }

    /// A site of files only.
    static class NoDatabase implements ScheduledBackups.Site.Database {

        @Override
        public Optional<DatabasePart.Dumper> dumper() throws IOException {
            return Optional.empty();
        }

        @Override
        public Optional<Instant> logComplete() throws IOException {
            return Optional.empty();
        }

        @Override
        public void pruneLog() throws IOException {}
    }
}
