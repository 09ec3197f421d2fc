package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A site `shop` in the bucket `media` and its backups in the bucket `backups` of an embedded S3, behind a front that
/// counts requests and makes faults.
@Timeout(300)
abstract class BackupFixture {

    static final String SITE = "shop";

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");

    @TempDir
    Path data;

    EmbeddedS3 s3;
    S3Front front;
    Instant now = Instant.parse("2026-11-29T12:00:00Z");
    Backups backups;
    private final List<Store> stores = new ArrayList<>();
    private Store outside;

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket("media");
        s3.createBucket("backups");
        s3.createBucket("staging");
        front = S3Front.before(s3.endpoint());
        outside = open(s3.endpoint());
        now = Instant.now();
        backups = host();
    }

    @AfterEach
    void stop() throws IOException {
        stores.forEach(Store::close);
        front.close();
        s3.close();
    }

    private Store open(URI endpoint) {
        return open(StoreSettings.at(Provider.EMBEDDED, endpoint).withTimeout(Duration.ofMinutes(1)));
    }

    Store open(StoreSettings settings) {
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        stores.add(store);
        return store;
    }

    /// The backups as another process sees them, which knows nothing of the others.
    Backups host() {
        return host(DescriptionSignature.NONE);
    }

    Backups host(DescriptionSignature signature) {
        Store store = open(front.endpoint());
        return new Backups(
                SITE,
                new BucketFolder(store.bucket("media"), "shop/"),
                new BucketFolder(store.bucket("backups"), "shop/"),
                new BackupSettings("test", signature, () -> now));
    }

    /// The backups, past the front: for use while the front handles a request.
    Backups pastTheFront() {
        return new Backups(SITE, site(), folder(), BackupSettings.unsigned("test", () -> now));
    }

    /// The site's files, past the front.
    BucketFolder site() {
        return new BucketFolder(outside.bucket("media"), "shop/");
    }

    /// The backups' objects, past the front.
    BucketFolder folder() {
        return new BucketFolder(outside.bucket("backups"), "shop/");
    }

    BucketFolder staging() {
        return new BucketFolder(open(front.endpoint()).bucket("staging"), "copy/");
    }

    /// A moment after all others of the host's clock.
    Instant later() {
        Instant real = Instant.now();
        return real.isAfter(now) ? real : now.plusMillis(1);
    }

    Snapshot create() throws IOException {
        now = later();
        return host().create(Optional.empty(), List.of(), new Progress());
    }

    RestoreOptions everything(boolean deletes) {
        return new RestoreOptions(throughFront(), RestoreOptions.Scope.ALL, deletes);
    }

    /// The site's files, counted.
    BucketFolder throughFront() {
        return new BucketFolder(open(front.endpoint()).bucket("media"), "shop/");
    }

    RestoreReport restore(Snapshot snapshot, boolean deletes) throws IOException {
        Backups host = host();
        return host.restore(host.files(snapshot), snapshot.id(), everything(deletes), new Progress());
    }

    void write(String name, String text) throws IOException {
        write(name, text, "image/jpeg", Map.of("owner", "ann"));
    }

    void write(String name, String text, String type, Map<String, String> metadata) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        site().bucket()
                .put(
                        site().key(name),
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        new ObjectHeaders(type, "max-age=60"),
                        metadata,
                        WriteCondition.always());
    }

    /// The clock of the embedded S3's file system, which gives files their times, may be behind by some milliseconds.
    private static final Duration CLOCK_LAG = Duration.ofMillis(100);

    /// S3 tells writes apart by whole seconds.
    void awaitSecondAfter(String name) throws Exception {
        Instant modified = site().bucket()
                .head(site().key(name), Duration.ZERO)
                .orElseThrow()
                .modified();
        Eventually.await(
                "a second has passed on S3's clock",
                () -> Instant.now()
                        .minus(CLOCK_LAG)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .isAfter(modified));
    }

    void delete(String name) throws IOException {
        site().bucket().delete(site().key(name));
    }

    /// One file with everything that must come back.
    record Stored(String text, Optional<String> type, Optional<String> cacheControl, Map<String, String> metadata) {}

    Map<String, Stored> files() throws IOException {
        return files(site());
    }

    Map<String, String> texts() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        files().forEach((name, file) -> texts.put(name, file.text()));
        return texts;
    }

    Stored file(String name) throws IOException {
        return Objects.requireNonNull(files().get(name));
    }

    static Map<String, Stored> files(BucketFolder folder) throws IOException {
        Map<String, Stored> files = new TreeMap<>();
        for (StoredObject object : objects(folder)) {
            try (ObjectContent content =
                    folder.bucket().get(object.key(), null, ReadCondition.any()).orElseThrow()) {
                StoredObject o = content.object();
                files.put(
                        folder.name(o.key()).orElseThrow().value(),
                        new Stored(
                                new String(content.body().readAllBytes(), UTF_8),
                                o.type(),
                                Optional.ofNullable(o.cacheControl()),
                                o.metadata()));
            }
        }
        return files;
    }

    static List<StoredObject> objects(BucketFolder folder) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        Optional<String> next = Optional.of("");
        for (ListQuery query = ListQuery.flat(folder.prefix());
                next.isPresent();
                query = query.after(next.orElse(null))) {
            var page = folder.bucket().list(query);
            objects.addAll(page.objects());
            next = page.nextToken();
        }
        return objects;
    }

    void deleteEverything() throws IOException {
        deleteEverything(site());
    }

    static void deleteEverything(BucketFolder folder) throws IOException {
        List<ObjectKey> keys = objects(folder).stream().map(StoredObject::key).toList();
        folder.bucket().deleteAll(keys);
    }

    /// Closes the stores of all hosts.
    void endHosts() {
        stores.subList(1, stores.size()).forEach(Store::close);
        stores.subList(1, stores.size()).clear(); // the first is the store past the front
    }

    /// Makes all backups older.
    void age(Duration time) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(data.resolve("backups"))) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Instant modified = Files.getLastModifiedTime(file).toInstant();
            Files.setLastModifiedTime(file, FileTime.from(modified.minus(time)));
        }
    }

    /// Content objects of all snapshots.
    long contents() throws IOException {
        return objects(new BucketFolder(folder().bucket(), "shop/content/")).size();
    }
}
