package dev.aloft.files;

import static dev.aloft.store.TestStore.BUCKET;
import static dev.aloft.store.TestStore.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.store.TestStore;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/// Headers by rules, for the line of `docs/reference/semantics.md`.
@Timeout(120)
final class HeaderRulesTest {

    private static final FilePath TOP = FilePath.of("uploads");

    @TempDir
    Path data;

    private TestStore store;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void rulesForNamesGiveTypeAndCacheControl() throws IOException {
        HeaderRules rules = new HeaderRules(List.of(
                new HeaderRules.Rule("uploads/fonts/**", null, "max-age=60"),
                new HeaderRules.Rule("*.css", null, "no-cache"),
                new HeaderRules.Rule("*.c{at,ss}", "text/cat", "max-age=1")));
        FileTree ruled = new FileTree(store.host(), TOP, rules);

        FilePath cat = FilePath.of("uploads/é😀.cat");
        ruled.write(cat, stream("meow"), 4, WriteHeaders.NONE, WriteCondition.always());
        ruled.append(FilePath.of("uploads/fonts/a/x.css"), stream("meow"), WriteHeaders.NONE);
        new OpenFiles(ruled).create(FilePath.of("uploads/y.css")).close();
        ruled.write(
                FilePath.of("uploads/z.css"),
                stream("x"),
                1,
                new WriteHeaders("text/plain", null, Map.of()),
                WriteCondition.always());

        WriteHeaders kept = new WriteHeaders(null, "max-age=9", Map.of());
        ruled.write(FilePath.of("uploads/ruled.css"), stream("x"), 1, kept, WriteCondition.always());
        ruled.write(FilePath.of("uploads/free.txt"), stream("x"), 1, kept, WriteCondition.always());

        assertThat(headers("uploads/é😀.cat")).isEqualTo("text/cat, max-age=1");
        assertThat(headers("uploads/fonts/a/x.css")).isEqualTo("text/cat, max-age=60");
        assertThat(headers("uploads/y.css")).isEqualTo("text/cat, no-cache");
        assertThat(headers("uploads/z.css")).isEqualTo("text/plain, no-cache");
        assertThat(headers("uploads/ruled.css")).isEqualTo("text/cat, no-cache");
        assertThat(headers("uploads/free.txt")).isEqualTo("text/plain;charset=utf-8, max-age=9");
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderRules.Rule("[", null, "no-cache"));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderRules.Rule("*", null, "a\nb"));
    }

    private String headers(String key) {
        HeadObjectResponse head =
                store.outsider().headObject(h -> h.bucket(BUCKET).key(key));
        return head.contentType() + ", " + head.cacheControl();
    }
}
