package dev.aloft.bench.edge;

import dev.aloft.bench.Server;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// The files to serve: the same bytes in S3 and in a folder on disk.
final class Uploads {

    static final int TINY = 2_000;
    static final int SMALL = 20_000;
    static final int MIDDLE = 1_000_000;
    static final int LARGE = 100_000_000;

    /// A stylesheet, the only file that a server compresses.
    static final int STYLE = 100_000;

    static final String STYLE_PATH = "/uploads/style.css";

    /// The number of uncached files, of [#SMALL] bytes each.
    static final int UNSEEN = 30_000;

    private static final int WRITERS = 16;

    private Uploads() {}

    static String path(int size) {
        return "/uploads/" + size + ".jpg";
    }

    /// @param firstUnseen the number of the first uncached file; the last one is [#UNSEEN]
    static void write(Path root, URI s3, int firstUnseen) throws IOException {
        Files.createDirectories(root.resolve("uploads"));
        try (Store store = Store.open(StoreSettings.at(Provider.EMBEDDED, s3), Server.ACCESS_KEY, Server.SECRET_KEY);
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            Bucket bucket = store.bucket(Server.BUCKET);
            for (int size : List.of(TINY, SMALL, MIDDLE, LARGE)) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                Files.write(root.resolve(path(size).substring(1)), bytes);
                put(bucket, path(size).substring(1), bytes);
            }
            byte[] style = style();
            Files.write(root.resolve(STYLE_PATH.substring(1)), style);
            put(bucket, STYLE_PATH.substring(1), style);
            byte[] unseen = Files.readAllBytes(root.resolve(path(SMALL).substring(1)));
            List<Future<?>> written = IntStream.rangeClosed(firstUnseen, UNSEEN)
                    .<Future<?>>mapToObj(number -> writers.submit(() -> {
                        put(bucket, "uploads/unseen/" + number + ".jpg", unseen);
                        return null;
                    }))
                    .toList();
            for (Future<?> one : written) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Rules with names and colours by chance; gzip makes a quarter of it.
    private static byte[] style() {
        Random random = new Random(STYLE);
        StringBuilder text = new StringBuilder();
        while (text.length() < STYLE) {
            text.append(".block-%x > .item:hover { color: #%06x; margin: %dpx auto; }\n"
                    .formatted(random.nextInt(1 << 12), random.nextInt(1 << 24), random.nextInt(100)));
        }
        return text.substring(0, STYLE).getBytes(StandardCharsets.US_ASCII);
    }

    private static void put(Bucket bucket, String key, byte[] bytes) throws IOException {
        bucket.put(
                ObjectKey.of(key),
                new ByteArrayInputStream(bytes),
                bytes.length,
                "image/jpeg",
                WriteCondition.always());
    }
}
