package dev.aloft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.aloft.linux.Kernel.Refused;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Landlock (Linux 5.13): restricts the files that a thread, and every process started by it, may open. Other threads
/// of this process keep their rights, so a dedicated thread starts the confined process.
public final class Landlock {

    // linux/landlock.h
    private static final int CREATE_RULESET_VERSION = 1;
    private static final int RULE_PATH_BENEATH = 1;
    private static final long EXECUTE = 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIR = 1 << 3;
    private static final int FIRST_RIGHTS = 13;
    private static final int RULE_BYTES = 12;

    // fcntl.h
    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;

    private final long handled;
    private final long rules;

    private Landlock() throws Refused {
        long version = Kernel.syscall(Syscall.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
        this.handled = rights(version);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocateFrom(JAVA_LONG, handled);
            this.rules = Kernel.syscall(Syscall.LANDLOCK_CREATE_RULESET, attributes.address(), attributes.byteSize());
        }
    }

    /// True if this kernel supports it.
    public static boolean isThere() {
        try {
            return Kernel.syscall(Syscall.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION) > 0;
        } catch (Refused e) {
            return false;
        }
    }

    /// Confines the calling thread permanently.
    ///
    /// @param readable files and directory trees to read and execute; missing ones are ignored
    /// @param own directory with all rights
    /// @throws IOException when this kernel cannot, or refuses
    public static void confineThread(List<Path> readable, Path own) throws IOException {
        try {
            Landlock landlock = new Landlock();
            try {
                for (Path path : readable) {
                    if (Files.exists(path)) {
                        landlock.allow(path, EXECUTE | READ_FILE | (Files.isDirectory(path) ? READ_DIR : 0));
                    }
                }
                landlock.allow(own, landlock.handled);
                Kernel.wantNoPrivileges();
                long _ = Kernel.syscall(Syscall.LANDLOCK_RESTRICT_SELF, landlock.rules, 0);
            } finally {
                long _ = Kernel.syscall(Syscall.CLOSE, landlock.rules);
            }
        } catch (Refused e) {
            throw new IOException("no Landlock: " + e.getMessage(), e);
        }
    }

    private void allow(Path path, long rights) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            long parent = Kernel.syscall(
                    Syscall.OPENAT,
                    AT_FDCWD,
                    arena.allocateFrom(path.toString()).address(),
                    O_PATH | O_CLOEXEC);
            try {
                MemorySegment rule = arena.allocate(RULE_BYTES); // struct landlock_path_beneath_attr, packed
                rule.set(JAVA_LONG_UNALIGNED, 0, rights);
                rule.set(JAVA_INT, Long.BYTES, (int) parent);
                long _ = Kernel.syscall(Syscall.LANDLOCK_ADD_RULE, rules, RULE_PATH_BENEATH, rule.address(), 0);
            } finally {
                long _ = Kernel.syscall(Syscall.CLOSE, parent);
            }
        }
    }

    /// All rights that a Landlock version can deny: versions 2, 3 and 5 added one each.
    private static long rights(long version) {
        int count = FIRST_RIGHTS + (version >= 2 ? 1 : 0) + (version >= 3 ? 1 : 0) + (version >= 5 ? 1 : 0);
        return (1L << count) - 1;
    }
}
