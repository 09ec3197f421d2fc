package dev.aloft.files;

import static dev.aloft.store.TestStore.BUCKET;
import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.ForgetfulStore;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is asked of a store, for the lines of `docs/reference/semantics.md` of that heading.
@Timeout(120)
final class StoreDemandsTest {

    private static final FilePath CAT = FilePath.of("uploads/11/cat.jpg");

    @TempDir
    Path data;

    @Test
    void storeThatIgnoresConditionsIsFoundOut() throws IOException {
        for (int answer : new int[] {200, 501}) {
            try (ForgetfulStore forgetful = ForgetfulStore.start(answer);
                    Store store = forgetful.open()) {
                FileTree files = new FileTree(store.bucket(BUCKET), FilePath.ROOT);
                for (WriteCondition condition :
                        new WriteCondition[] {WriteCondition.ifAbsent(), WriteCondition.ifVersion("\"v\"")}) {
                    assertThatExceptionOfType(StoreException.class)
                            .isThrownBy(() -> files.write(CAT, stream("meow"), 4, Labels.NONE, condition))
                            .withMessageContaining("this store ignores If-None-Match or If-Match")
                            .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
                }
                assertThat(forgetful.requests()).hasSizeLessThan(9).allMatch(r -> r.endsWith(" /media/uploads/11/"));
                files.write(CAT, stream("meow"), 4, Labels.NONE, WriteCondition.always());
            }
        }
    }

    @Test
    void storeOfAnUnknownMakeThatKeepsConditionsIsAskedOnce() throws IOException {
        try (TestStore keeping = TestStore.start(data)) {
            FileTree files = new FileTree(keeping.host(Provider.OTHER), FilePath.ROOT);

            files.write(CAT, stream("meow"), 4, Labels.NONE, WriteCondition.ifAbsent());
            assertThatRequests(keeping.front()).are("4 PutObject, 1 DeleteObject");

            keeping.front().reset();
            files.write(FilePath.of("dog.jpg"), stream("woof"), 4, Labels.NONE, WriteCondition.ifAbsent());
            assertThatRequests(keeping.front()).are("1 PutObject");
            assertThat(files.list(FilePath.of("uploads/11"), "", 10, null).entries())
                    .hasSize(1);
        }
    }
}
