package dev.aloft.files;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.LenientStore;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The requirements on a store, for the lines of `docs/reference/semantics.md` of that heading.
@Timeout(300)
final class ConditionalStoresTest {

    private static final FilePath CAT = FilePath.of("uploads/11/cat.jpg");
    private static final FilePath DOG = FilePath.of("uploads/11/dog.jpg");
    private static final int LARGE_BYTES = 6 << 20;

    @TempDir
    Path data;

    private static FileTree tree(LenientStore store) {
        return new FileTree(store.bucket(), FilePath.ROOT);
    }

    private static void write(FileTree files, FilePath path, String text, WriteCondition condition) throws IOException {
        files.write(path, stream(text), text.length(), WriteHeaders.NONE, condition);
    }

    private static void assertRefused(String condition, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .withMessageContaining("this store does not keep " + condition)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void storeThatIgnoresConditionsIsFoundOut() throws IOException {
        try (LenientStore store = LenientStore.start(data)) {
            store.front().onEvery().dropConditions();
            FileTree files = tree(store);

            assertRefused("If-None-Match of PutObject", () -> write(files, CAT, "meow", WriteCondition.ifAbsent()));
            assertRefused("If-Match of PutObject", () -> write(files, CAT, "meow", WriteCondition.ifVersion("\"v\"")));
            write(files, CAT, "meow", WriteCondition.always());
            assertRefused("If-None-Match of PutObject", () -> files.copy(CAT, DOG, false));
            files.copy(CAT, DOG, true);
            assertThat(store.bucket().unsupported()).hasSize(5);
        }
    }

    @Test
    void storeThatRefusesConditionsIsFoundOut() throws IOException {
        try (LenientStore store = LenientStore.start(data)) {
            store.front().on(request -> !request.conditions().isEmpty()).answer(501);
            FileTree files = tree(store);

            assertRefused("If-None-Match of PutObject", () -> write(files, CAT, "meow", WriteCondition.ifAbsent()));
            write(files, CAT, "meow", WriteCondition.always());
        }
    }

    @Test
    void storeThatLetsSeveralWinIsFoundOut() throws IOException {
        try (LenientStore store = LenientStore.start(data)) {
            FileTree files = tree(store);

            write(files, CAT, "meow", WriteCondition.ifAbsent());
            assertThatExceptionOfType(FileAlreadyExistsException.class)
                    .isThrownBy(() -> write(files, CAT, "purr", WriteCondition.ifAbsent()));
            assertRefused("If-Match of PutObject", () -> files.append(CAT, stream("purr"), WriteHeaders.NONE));
        }
    }

    @Test
    void conditionThatIsNotKeptIsNotUsedAndTheOthersAre() throws IOException {
        try (LenientStore store = LenientStore.start(data)) {
            store.front().on("CompleteMultipartUpload").dropConditions();
            FileTree files = tree(store);

            write(files, CAT, "meow", WriteCondition.ifAbsent());
            files.copy(CAT, DOG, false);
            assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> files.copy(CAT, DOG, false));

            write(files, CAT, "m".repeat(LARGE_BYTES), WriteCondition.always());
            assertRefused("If-Match of Complete", () -> files.append(CAT, stream("purr"), WriteHeaders.NONE));
            InputStream large = stream("m".repeat(3 * LARGE_BYTES));
            FilePath film = FilePath.of("film");
            assertRefused(
                    "If-None-Match of Complete",
                    () -> files.write(film, large, -1, WriteHeaders.NONE, WriteCondition.ifAbsent()));
        }
    }

    @Test
    void trialIsMadeWhereNobodyLooks() throws IOException {
        try (TestStore keeping = TestStore.start(data)) {
            FileTree files = new FileTree(keeping.host(Provider.OTHER), FilePath.of("site"));

            files.probeStore();
            assertThat(keeping.front().requests()).allMatch(r -> r.key().startsWith("site/.aloft-probe-"));
            assertThat(files.list(FilePath.of("site"), "", 10, null).entries()).isEmpty();

            keeping.front().reset();
            files.makeDirectory(FilePath.of("site/new"));
            assertThatRequests(keeping.front()).include("PutObject", 1);
            assertThat(files.bucket().unsupported()).isEmpty();
        }
    }

    @Test
    void storeOfAnUnknownMakeThatKeepsConditionsIsAskedOnce() throws IOException {
        try (TestStore keeping = TestStore.start(data)) {
            FileTree files = new FileTree(keeping.host(Provider.OTHER), FilePath.ROOT);

            write(files, CAT, "meow", WriteCondition.ifAbsent());
            assertThat(keeping.front().requests()).hasSizeLessThan(60);

            keeping.front().reset();
            write(files, FilePath.of("dog.jpg"), "woof", WriteCondition.ifAbsent());
            assertThatRequests(keeping.front()).are("1 PutObject");
            assertThat(files.list(FilePath.ROOT, "", 10, null).entries())
                    .extracting(DirectoryPage.Entry::name)
                    .isEqualTo(List.of("dog.jpg", "uploads"));
        }
    }
}
