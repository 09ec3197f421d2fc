package dev.aloft.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// WordPress's code in a folder, without a site. Immutable.
///
/// @param folder the one with wp-load.php
/// @param version as the code states it, such as `7.1.4`
/// @param origin where it came from, for people
public record WordPressTree(Path folder, String version, String origin) {

    /// Prefix of the name of a folder in the cache that is being filled.
    private static final String DRAFT = ".draft-";

    private static final Path INSTALLED = Path.of("/usr/share/wordpress");
    private static final Comparator<WordPressTree> BY_VERSION =
            Comparator.comparing(tree -> ModuleDescriptor.Version.parse(tree.version));

    private static final String ORIGIN_FILE = ".aloft-origin";
    private static final Set<String> NOT_CODE = Set.of(
            "wp-config.php",
            ".htaccess",
            ".git",
            ORIGIN_FILE,
            "wp-content/uploads",
            "wp-content/cache",
            "wp-content/upgrade");
    private static final Pattern VERSION = Pattern.compile("^\\$wp_version\\s*=\\s*'([^']+)'", Pattern.MULTILINE);

    /// A tree that exists already.
    ///
    /// @throws IOException when the folder holds no WordPress
    public static WordPressTree given(Path folder) throws IOException {
        return read(folder, folder.toAbsolutePath().normalize().toString());
    }

    /// The tree in a zip as wordpress.org publishes it, unpacked once.
    ///
    /// @param cache a folder for trees of given archives, made when it is missing
    /// @throws IOException when the file is no such archive
    public static WordPressTree unpacked(Path archive, Path cache) throws IOException {
        Files.createDirectories(cache);
        String name =
                Files.size(archive) + "-" + Files.getLastModifiedTime(archive).toMillis();
        if (Files.exists(cache.resolve(name))) {
            return cached(cache.resolve(name));
        }
        Path work = Files.createTempDirectory(cache, DRAFT);
        try {
            Path tree = WordPressOrg.unpack(archive, work);
            if (!Files.exists(tree)) {
                throw new IOException(
                        "no WordPress in " + archive + ": it is no zip with a folder wordpress, as of wordpress.org");
            }
            read(tree, archive.toString());
            return keep(tree, cache, name, archive.toAbsolutePath().normalize().toString());
        } finally {
            FolderTree.delete(work);
        }
    }

    /// A place that WordPress can be fetched from.
    @FunctionalInterface
    interface Source {
        /// Fetches the newest release and puts it into the cache.
        WordPressTree fetch(Path cache) throws IOException;
    }

    /// The current release: from the cache; else from wordpress.org; else the newest of the machine's Debian mirror;
    /// else the installed package.
    ///
    /// @param cache a folder for trees, made when it is missing; remove it to look for a newer one
    /// @param progress gets a line for each step
    /// @throws IOException when there is none at all
    public static WordPressTree current(Path cache, Consumer<String> progress) throws IOException {
        return newest(
                cache,
                progress,
                List.of(
                        folder -> WordPressOrg.of(progress).newestWordPress(folder),
                        folder -> DebianMirror.of(progress).newestWordPress(folder)));
    }

    /// The newest tree of Debian: from the cache; else from the machine's mirror; else the installed package.
    ///
    /// @param cache a folder for trees, made when it is missing; remove it to look for a newer one
    /// @param progress gets a line for each step
    /// @throws IOException when there is none at all
    public static WordPressTree newest(Path cache, Consumer<String> progress) throws IOException {
        return newest(
                cache, progress, List.of(folder -> DebianMirror.of(progress).newestWordPress(folder)));
    }

    /// The newest tree of the cache; else that of the first source that has one; else the installed one.
    ///
    /// @param progress gets the reason of each source that has none
    static WordPressTree newest(Path cache, Consumer<String> progress, List<Source> sources) throws IOException {
        Files.createDirectories(cache);
        Optional<WordPressTree> cached = newestIn(cache);
        if (cached.isPresent()) {
            return cached.get();
        }
        for (Source source : sources) {
            try {
                return source.fetch(cache);
            } catch (IOException e) {
                progress.accept("WordPress not fetched: " + e.getMessage());
            }
        }
        if (Files.exists(INSTALLED.resolve("wp-load.php"))) {
            return read(INSTALLED, "the installed Debian package");
        }
        throw new IOException("no WordPress could be fetched, and there is none in " + cache + " or " + INSTALLED);
    }

    /// The oldest tree that the plugin supports, that of Debian's oldest suite: from the cache; else from the machine's
    /// mirror.
    ///
    /// @param cache a folder for this tree alone, made when it is missing
    /// @param progress gets a line for each step
    /// @throws IOException when the mirror has none
    public static WordPressTree oldest(Path cache, Consumer<String> progress) throws IOException {
        Files.createDirectories(cache);
        Optional<WordPressTree> cached = newestIn(cache);
        return cached.isPresent() ? cached.get() : DebianMirror.of(progress).oldestWordPress(cache);
    }

    /// A cached tree, whose folder says where it came from.
    static WordPressTree cached(Path folder) throws IOException {
        return read(folder, Files.readString(folder.resolve(ORIGIN_FILE), UTF_8).strip());
    }

    /// Returns true if a path in a tree is WordPress's code: not a site's configuration, uploads or caches, and not
    /// the marker of [#cached].
    static boolean isCode(Path relative) {
        return !NOT_CODE.contains(relative.toString());
    }

    /// Copies a tree into the cache, whole or not at all; another process may have been faster.
    ///
    /// @param name of its folder in the cache
    static WordPressTree keep(Path tree, Path cache, String name, String origin) throws IOException {
        Path draft = Files.createTempDirectory(cache, DRAFT);
        try {
            FolderTree.copy(tree, draft, WordPressTree::isCode);
            mark(draft, origin);
            Path place = cache.resolve(name);
            try {
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                if (!Files.exists(place)) {
                    throw e; // No other process was faster.
                }
            }
            return cached(place);
        } finally {
            FolderTree.delete(draft);
        }
    }

    /// Marks a folder as a whole tree for [#cached].
    static void mark(Path folder, String origin) throws IOException {
        Files.writeString(folder.resolve(ORIGIN_FILE), origin + "\n", UTF_8);
    }

    @Override
    public String toString() {
        return "WordPress " + version + " from " + origin;
    }

    private static Optional<WordPressTree> newestIn(Path cache) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(cache)) {
            folders = entries.filter(entry -> !entry.getFileName().toString().startsWith(DRAFT))
                    .filter(entry -> Files.exists(entry.resolve(ORIGIN_FILE)))
                    .toList();
        }
        Optional<WordPressTree> newest = Optional.empty();
        for (Path folder : folders) {
            WordPressTree tree = cached(folder);
            if (newest.isEmpty() || BY_VERSION.compare(newest.get(), tree) < 0) {
                newest = Optional.of(tree);
            }
        }
        return newest;
    }

    private static WordPressTree read(Path folder, String origin) throws IOException {
        Path file = folder.resolve("wp-includes/version.php");
        if (!Files.exists(file) || !Files.exists(folder.resolve("wp-load.php"))) {
            throw new IOException("no WordPress in " + folder + ": it lacks wp-load.php or wp-includes/version.php");
        }
        Matcher version = VERSION.matcher(Files.readString(file, UTF_8));
        if (!version.find()) {
            throw new IOException("no WordPress in " + folder + ": " + file + " sets no $wp_version");
        }
        return new WordPressTree(folder.toRealPath(), version.group(1), origin);
    }
}
