import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.CopySource;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

static final int WARMING = 2_000;

/// The S3 that backups and migrations are measured on: the embedded one behind a front that counts requests and adds a
/// delay.
///
/// Takes commands on its input and answers each with a line: `fill COUNT BYTES` writes the files of the site and copies
/// a small one elsewhere, and `warm` writes, reads and lists files elsewhere, so that S3 is warm for the program that is
/// measured first, `touch EVERY COUNT BYTES` writes one of EVERY again, `delay MILLISECONDS` delays each request from now
/// on, `count` does nothing. The answer is the number of requests since the last one. Ends with its input.
void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    S3Credentials keys = S3Credentials.random();
    try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectory(folder.resolve("s3")), keys);
            S3Front front = S3Front.before(s3.endpoint());
            Store store = Store.open(
                    StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), keys.accessKey(), keys.secretKey())) {
        for (String bucket : List.of(
                "media", "backups", "mirror", "restic", "s5cmd", "moved", "moved-mirror", "warm")) {
            s3.createBucket(bucket);
        }
        IO.println(front.endpoint() + " " + keys.accessKey() + " " + keys.secretKey());
        Duration delay = Duration.ZERO;
        for (String line = IO.readln(); line != null; line = IO.readln()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "fill" -> {
                    write(store.bucket("media"), 1, number(words[1]), number(words[2]));
                    warm(store.bucket("warm"));
                }
                case "warm" -> {
                    try (Store through = Store.open(
                            StoreSettings.at(Provider.EMBEDDED, front.endpoint()), keys.accessKey(), keys.secretKey())) {
                        migrate(through.bucket("warm"));
                    }
                }
                case "touch" -> write(store.bucket("media"), number(words[1]), number(words[2]), number(words[3]));
                case "delay" -> delay = Duration.ofMillis(number(words[1]));
                case "count" -> {}
                default -> throw new IllegalArgumentException(line);
            }
            IO.println(front.requests().size());
            front.reset();
            front.onEvery().delay(delay);
        }
    }
}

/// Looks up and copies a small file, as backups do.
void warm(Bucket bucket) throws Exception {
    write(bucket, 1, 1, 2_048);
    for (int i = 0; i < WARMING; i++) {
        StoredObject file = bucket.head(key(0), Duration.ZERO).orElseThrow();
        bucket.copies().copy(CopySource.newest(bucket.name(), file), key(1 + i % 10));
    }
}

/// Writes and reads files of both sizes, as migrations do.
void migrate(Bucket bucket) throws Exception {
    write(bucket, 1, WARMING, 2_048);
    write(bucket, WARMING / 4, WARMING, 20 << 20);
    for (int i = 0; i < WARMING; i++) {
        try (ObjectContent file =
                bucket.get(key(i), null, ReadCondition.any()).orElseThrow()) {
            file.body().transferTo(OutputStream.nullOutputStream());
        }
        bucket.list(ListQuery.flat("uploads/2027"));
    }
}

ObjectKey key(int number) {
    return ObjectKey.of("uploads/2026/%02d/file-%06d.jpg".formatted(number % 12 + 1, number));
}

int number(String word) {
    return Integer.parseInt(word);
}

void write(Bucket bucket, int every, int count, int bytes) throws Exception {
    long seed = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < count; i += every) {
            int number = i;
            writes.add(threads.submit(() -> {
                byte[] body = new byte[bytes];
                new Random(seed + number).nextBytes(body);
                return bucket.put(
                        key(number), new ByteArrayInputStream(body), bytes, "image/jpeg", WriteCondition.always());
            }));
        }
        for (Future<?> write : writes) {
            write.get();
        }
    }
}
