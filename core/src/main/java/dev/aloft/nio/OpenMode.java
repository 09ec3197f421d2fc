package dev.aloft.nio;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/// The open options of a caller. `SYNC` and `DSYNC` change nothing: what S3 has acknowledged is
/// durable. `SPARSE` has no meaning here.
record OpenMode(
        boolean read,
        boolean write,
        boolean append,
        boolean truncate,
        boolean create,
        boolean createNew,
        boolean deleteOnClose) {

    /// The options of a caller, one of which may come twice.
    static Set<OpenOption> set(OpenOption... options) {
        return new HashSet<>(Arrays.asList(options));
    }

    /// Reads the options of [java.nio.file.Files#newByteChannel].
    ///
    /// @throws IllegalArgumentException for options that contradict each other
    /// @throws UnsupportedOperationException for an option of another file system
    static OpenMode of(Set<? extends OpenOption> options) {
        for (OpenOption option : options) {
            Objects.requireNonNull(option, "option");
            if (!(option instanceof StandardOpenOption || option instanceof LinkOption)) {
                throw new UnsupportedOperationException("S3 knows no option " + option);
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = !write || options.contains(StandardOpenOption.READ);
        boolean truncate = write && options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        if (append && options.contains(StandardOpenOption.READ)) {
            throw new IllegalArgumentException("READ and APPEND contradict each other");
        }
        if (append && truncate) {
            throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING contradict each other");
        }
        return new OpenMode(
                read,
                write,
                append,
                truncate,
                write && options.contains(StandardOpenOption.CREATE),
                write && options.contains(StandardOpenOption.CREATE_NEW),
                options.contains(StandardOpenOption.DELETE_ON_CLOSE));
    }

    /// Reads the options of [java.nio.file.Files#newOutputStream], which mean create and truncate when there are
    /// none.
    static OpenMode ofOutput(Set<? extends OpenOption> options) {
        if (options.contains(StandardOpenOption.READ)) {
            throw new IllegalArgumentException("an output stream does not READ");
        }
        if (options.isEmpty()) {
            return new OpenMode(false, true, false, true, true, false, false);
        }
        OpenMode said = of(options);
        return said.write ? said : of(union(options, StandardOpenOption.WRITE));
    }

    private static Set<OpenOption> union(Set<? extends OpenOption> options, OpenOption further) {
        Set<OpenOption> all = new HashSet<>(options);
        all.add(further);
        return all;
    }

    /// True if an existing file is replaced.
    boolean replaces() {
        return truncate || createNew;
    }
}
