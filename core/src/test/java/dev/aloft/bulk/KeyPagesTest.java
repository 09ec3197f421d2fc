package dev.aloft.bulk;

import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.TestStore;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Listings of many keys: their order, and the number of requests. The keys are files in the folder of the embedded S3.
final class KeyPagesTest {

    @TempDir
    private Path data;

    private TestStore store;
    private BucketFolder folder;
    private S3Front s3;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        folder = new BucketFolder(store.host(), "");
        s3 = store.front();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void keysOfFewPagesInOneDirectoryAreListedByTheirPages() throws IOException {
        List<String> keys = fill("uploads/2026/01/", 2_001);

        assertThat(list("")).isEqualTo(keys);
        assertThatRequests(s3).are("ListObjectsV2", 3 + 3); // the bucket, uploads/ and 2026/ hold nothing else
    }

    @Test
    void directoriesOfManyKeysAreListedByThemselves() throws IOException {
        List<String> keys = new ArrayList<>();
        for (int month = 10; month <= 12; month++) {
            keys.addAll(fill("uploads/2025/" + month + "/", 600));
        }
        keys.addAll(fill("uploads/2026/01/", 1_100));
        keys.addAll(fill("uploads/2026/02/", 600));

        assertThat(list("")).isEqualTo(keys);
        int above = 4; // the bucket, uploads/, 2025/, and later 2026/
        int firstPage = 1;
        int directories = 2 + 1; // 11/ and 12/ of 2025, and all of 2026 with a first page of its own
        int of2026 = 2 + 1;
        assertThat(s3.count("ListObjectsV2")).isLessThanOrEqualTo(firstPage + above + directories + of2026);
    }

    @Test
    void filesBesideDirectoriesAreListedInTheirPlace() throws IOException {
        List<String> keys = new ArrayList<>();
        keys.addAll(fill("a/", 700));
        keys.addAll(fill("b/", 700));
        for (String file : List.of("b-file", "b0", "c", "c/x", "d-1", "d/y/z", "d/é", "d0", "ö")) {
            if (!file.equals("c")) { // the embedded S3 cannot hold c beside c/x
                keys.addAll(write(Stream.of(file)));
            }
        }
        keys.sort((one, other) -> ObjectKey.of(one).compareTo(ObjectKey.of(other)));

        assertThat(list("")).isEqualTo(keys);
        assertThat(list("b"))
                .isEqualTo(keys.stream().filter(key -> key.startsWith("b")).toList());
    }

    @Test
    void smallDirectoriesAreListedTogether() throws IOException {
        List<String> keys = new ArrayList<>();
        for (int site = 10; site < 50; site++) {
            keys.addAll(fill("sites/" + site + "/", 60));
        }

        assertThat(list("")).isEqualTo(keys);
        assertThatRequests(s3).are("3 ListObjectsV2");
    }

    @Test
    void keyThatIsNoPathIsCountedOnceAndNoPageListedTwice() throws IOException {
        write(Stream.of("uploads/01/0\u007f"));
        List<String> keys = new ArrayList<>(fill("uploads/01/", 2_500));
        keys.addAll(fill("uploads/02/", 1_100));
        BucketFolder.Listing listing = folder.list("uploads/");
        List<String> listed = new ArrayList<>();
        for (StoredObject object = listing.next(); object != null; object = listing.next()) {
            listed.add(object.key().value());
        }

        assertThat(listed).isEqualTo(keys);
        assertThat(listing.hidden()).isEqualTo(1);
        int above = 1; // uploads/
        assertThatRequests(s3).are("ListObjectsV2", 2 + above + 1 + 2);
    }

    @Test
    void failureOfAPageEndsTheListing() throws IOException {
        for (int month = 1; month <= 4; month++) {
            fill("uploads/2026/0" + month + "/", 600);
        }
        s3.on(request -> request.query().getOrDefault("prefix", "").contains("04"))
                .answer(403);

        assertThatThrownBy(() -> list("")).isInstanceOf(StoreException.class).hasMessageContaining("2026/04/");
    }

    private List<String> list(String prefix) throws IOException {
        BucketFolder.Listing listing = folder.list(prefix);
        List<String> keys = new ArrayList<>();
        for (StoredObject object = listing.next(); object != null; object = listing.next()) {
            keys.add(object.key().value());
        }
        assertThat(listing.hidden()).isZero();
        return keys;
    }

    private List<String> fill(String directory, int count) throws IOException {
        return write(IntStream.range(0, count).mapToObj(number -> directory + "file-%06d.jpg".formatted(number)));
    }

    private List<String> write(Stream<String> names) throws IOException {
        List<String> keys = names.toList();
        for (String key : keys) {
            Path file = data.resolve(TestStore.BUCKET).resolve(key);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
        return keys;
    }
}
