package dev.aloft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

@Timeout(60)
final class LockingBlobStoreTest {

    private static final String BUCKET = "media";
    private static final int WRITERS = 4;
    private static final int ROUNDS = 1_000;

    @TempDir
    Path data;

    @Test
    void foldersThatComeAndGoDisturbNoWrite() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", data.toString());
        LockingBlobStore.Shared shared = new LockingBlobStore.Shared();
        try (BlobStore files = BlobStores.create("filesystem", properties);
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            files.createContainer(BUCKET);
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String key = "deep/er/" + writer;
                all.add(writers.submit(() -> writeAndRemove(files, shared, key)));
            }
            for (Future<?> one : all) {
                one.get(50, TimeUnit.SECONDS);
            }
            assertThat(files.list(BUCKET).contents()).isEmpty();
        }
    }

    @Test
    void namesOfHiddenFilesAreKnown() {
        assertThat(LockingBlobStore.mayBeHidden("a/cat.jpg-7d3f7a52-7a3c-4b51-9b3e-1f3a5a1c2d3e"))
                .isTrue();
        assertThat(LockingBlobStore.mayBeHidden("7d3f7a52-7a3c-4b51-9b3e-1f3a5a1c2d3e"))
                .isFalse();
        assertThat(LockingBlobStore.mayBeHidden("cat-300x200.jpg")).isFalse();
    }

    private static void writeAndRemove(BlobStore files, LockingBlobStore.Shared shared, String key) {
        for (int round = 0; round < ROUNDS; round++) {
            new LockingBlobStore(files, shared)
                    .putBlob(
                            PutObjectRequest.builder()
                                    .bucket(BUCKET)
                                    .key(key)
                                    .contentLength(1L)
                                    .build(),
                            new ByteArrayInputStream(new byte[1]));
            new LockingBlobStore(files, shared)
                    .removeBlob(DeleteObjectRequest.builder()
                            .bucket(BUCKET)
                            .key(key)
                            .build());
        }
    }
}
