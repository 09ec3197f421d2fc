package dev.aloft.server.edge;

import dev.aloft.files.ContentTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The folder of a site's programs, and what a URL means in it: a program to run, a plain file to send, or the front
/// controller, `/index.php`, which knows the site's permalinks.
///
/// Only a file that the whole path names is run: of `/x.jpg/y.php` nothing is. Only files of a known type are sent,
/// never a program's source, a log, or a name that begins with a dot. Links are followed, since the folder is the
/// operator's; what then really lies in a folder of uploads is neither run nor sent. Reads the disk at each question;
/// safe for many threads.
final class CodeRoot {

    private static final String FRONT_CONTROLLER = "index.php";
    private static final String PROGRAM_ENDING = ".php";

    private final Path root;
    private final List<Path> uploads;

    CodeRoot(Path root, List<UrlPath> uploadPaths) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IOException("cannot serve the code in " + root + ": there is no such folder");
        }
        this.root = root;
        this.uploads =
                uploadPaths.stream().map(path -> root.resolve(path.relative())).toList();
    }

    /// What a path means.
    sealed interface Target {

        /// A program: `/wp-admin/index.php`.
        record Program(String name) implements Target {}

        /// A file to send as it is.
        record Plain(Path file) implements Target {}

        /// A folder that has an index, written without the slash that its relative links need.
        record FolderWithoutSlash() implements Target {}

        /// Nothing, and no front controller either.
        record Nothing() implements Target {}
    }

    Target find(UrlPath path) throws IOException {
        try {
            return findFile(path);
        } catch (InvalidPathException e) {
            return frontController(); // No name of this system's files, in its character set.
        }
    }

    private Target findFile(UrlPath path) throws IOException {
        if (path.hasEncodedSlash() || path.segments().stream().anyMatch(s -> s.startsWith("."))) {
            return frontController();
        }
        String name = path.relative();
        String index = name.isEmpty() ? FRONT_CONTROLLER : name + "/" + FRONT_CONTROLLER;
        if (path.directory()) {
            return isOurs(index) ? new Target.Program("/" + index) : frontController();
        }
        if (isOurs(name)) {
            if (name.endsWith(PROGRAM_ENDING)) {
                return new Target.Program("/" + name);
            }
            return isPlain(path) ? new Target.Plain(root.resolve(name)) : frontController();
        }
        return isOurs(index) ? new Target.FolderWithoutSlash() : frontController();
    }

    private Target frontController() throws IOException {
        return isOurs(FRONT_CONTROLLER) ? new Target.Program("/" + FRONT_CONTROLLER) : new Target.Nothing();
    }

    private static boolean isPlain(UrlPath path) {
        String name = path.segments().getLast().toLowerCase(Locale.ROOT);
        return ServedName.isServed(path)
                && !ContentTypes.ofName(name).equals(ContentTypes.UNKNOWN)
                && !name.endsWith(".log");
    }

    /// Whether this is a file, and none of the uploads.
    private boolean isOurs(String name) throws IOException {
        Path file = root.resolve(name);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        Path real = file.toRealPath();
        for (Path folder : uploads) {
            if (Files.exists(folder) && real.startsWith(folder.toRealPath())) {
                return false;
            }
        }
        return true;
    }
}
