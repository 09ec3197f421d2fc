package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
final class WordPressTreeTest {

    @TempDir
    Path top;

    @Test
    void givenTreeSaysItsVersionAndPlace() throws IOException {
        WordPressTree tree = WordPressTree.given(tree("mine", "7.2-beta1"));

        assertThat(tree.version()).isEqualTo("7.2-beta1");
        assertThat(tree)
                .asString()
                .contains("7.2-beta1")
                .contains(top.resolve("mine").toString());
    }

    @Test
    void folderWithoutWordPressIsRefused() {
        assertThatThrownBy(() -> WordPressTree.given(top))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(top.toString())
                .hasMessageContaining("wp-load.php");
    }

    @Test
    void anArchiveIsUnpackedOnceAndAnotherOneIsRefused() throws IOException {
        Path archive = top.resolve("wordpress.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("wordpress/wp-load.php"));
            zip.putNextEntry(new ZipEntry("wordpress/wp-includes/version.php"));
            zip.write("<?php\n$wp_version = '7.2';\n".getBytes(UTF_8));
        }

        WordPressTree tree = WordPressTree.unpacked(archive, top.resolve("trees"));

        assertThat(tree).asString().isEqualTo("WordPress 7.2 from " + archive);
        assertThat(tree.folder().resolve("wp-load.php")).exists();
        assertThat(WordPressTree.unpacked(archive, top.resolve("trees"))).isEqualTo(tree);
        Path other = Files.writeString(top.resolve("other.zip"), "no zip");
        assertThatThrownBy(() -> WordPressTree.unpacked(other, top.resolve("trees")))
                .hasMessageContaining("no WordPress in " + other);
    }

    @Test
    void aTreeThatAnotherProcessKeptFirstIsUsed() throws IOException {
        Path cache = Files.createDirectory(top.resolve("cache"));
        WordPressTree first = WordPressTree.keep(tree("mine", "7.1.4"), cache, "kept", "the first");

        assertThat(WordPressTree.keep(tree("other", "7.1.4"), cache, "kept", "the second"))
                .isEqualTo(first);
        assertThat(cache).isDirectoryContaining("glob:**/kept").isDirectoryNotContaining("glob:**/.draft-*");
    }

    @Test
    void newestCachedTreeIsTakenWithoutAskingTheMirror() throws IOException {
        WordPressTree.mark(tree("cache/a", "6.9.12"), "Debian a");
        WordPressTree.mark(tree("cache/b", "7.1.4"), "Debian b");
        WordPressTree.mark(tree("cache/c", "7.0"), "Debian c");
        tree("cache/half-copied", "9.0");
        List<String> progress = new ArrayList<>();

        WordPressTree tree = WordPressTree.newest(top.resolve("cache"), progress::add);

        assertThat(tree).asString().isEqualTo("WordPress 7.1.4 from Debian b");
        assertThat(progress).isEmpty();
    }

    @Test
    void copyHasNoLinksAndNothingOfASite() throws IOException {
        Path tree = tree("mine", "7.1.4");
        Path outside = Files.writeString(top.resolve("outside.php"), "outside");
        Files.createSymbolicLink(tree.resolve("linked.php"), outside);
        Files.createSymbolicLink(tree.resolve("broken.php"), top.resolve("nowhere"));
        Files.writeString(tree.resolve("wp-config.php"), "secret");
        Files.createDirectories(tree.resolve("wp-content/uploads/2026"));
        Path copy = top.resolve("copy");

        FolderTree.copy(tree, copy, WordPressTree::isCode);

        assertThat(copy.resolve("linked.php")).isRegularFile().hasContent("outside");
        assertThat(Files.isSymbolicLink(copy.resolve("linked.php"))).isFalse();
        assertThat(copy).isDirectoryNotContaining("glob:**/{broken.php,wp-config.php}");
        assertThat(copy.resolve("wp-content")).isEmptyDirectory();
    }

    @Test
    void readOnlyTreeIsRemoved() throws IOException {
        Path tree = tree("mine", "7.1.4");
        Path kept = Files.writeString(top.resolve("kept"), "kept");
        Files.createSymbolicLink(tree.resolve("link"), kept);
        FolderTree.makeReadOnly(tree);

        FolderTree.delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("kept");
    }

    private Path tree(String name, String version) throws IOException {
        Path tree = top.resolve(name);
        Files.createDirectories(tree.resolve("wp-includes"));
        Files.writeString(tree.resolve("wp-load.php"), "<?php");
        Files.writeString(tree.resolve("wp-includes/version.php"), "<?php\n$wp_version = '" + version + "';\n");
        return tree;
    }
}
