package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/// Removals whose request was repeated, so that a refusal of it does not say what the first attempt has done.
final class RepeatedRemovalTest extends SemanticsTestCase {

    @Test
    void aDirectoryIsNoFileThatTheFirstAttemptRemoved() throws IOException {
        write(files, CAT, "meow");
        s3.on("DeleteObject").next(1).answer(503);
        assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> host().remove(FOLDER));
        s3.on("DeleteObject").next(1).answer(503);
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> host().delete(FOLDER))
                .withMessageContaining("is a directory");

        FileTree last = host();
        last.makeDirectory(TOP.resolve("12"));
        s3.on("DeleteObject").next(1).answer(503);
        host().remove(TOP.resolve("12"));
        assertThat(keys()).containsExactly(CAT.value());
    }

    @Test
    void aFileThatTheFirstAttemptRemovedIsRemoved() throws IOException {
        write(files, CAT, "meow");
        write(files, DOG, "woof");
        s3.on("DeleteObject").next(1).loseAnswer();
        other.remove(CAT);
        s3.on("DeleteObject").next(1).loseAnswer();
        other.delete(DOG);

        assertThat(keys()).isEmpty();
        other.deleteDirectory(FOLDER);
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> host().delete(CAT));
    }

    @Test
    void aConflictWithAnotherRequestRemovesNothing() throws IOException {
        write(files, CAT, "meow");
        s3.on("DeleteObject").answer(409, "ConditionalRequestConflict");
        assertStoreFails(Kind.PRECONDITION, () -> other.remove(CAT));
        assertStoreFails(Kind.PRECONDITION, () -> other.delete(CAT));

        assertThat(read(other, CAT)).isEqualTo("meow");
    }
}
