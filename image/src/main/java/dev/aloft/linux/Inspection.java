package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;
import java.util.Optional;

/// Who may look into this process: its memory, its environment, its open files.
public final class Inspection {

    private static final int PR_SET_DUMPABLE = 4;

    private Inspection() {}

    /// Hides this process from all but root, its own user included: no debugger, no core, no `/proc/PID/environ`,
    /// `mem`, `fd` or `root`. It stays so until the process starts another program in its place.
    ///
    /// @return what stood in the way, if anything did
    public static Optional<String> forbid() {
        try {
            long _ = Kernel.syscall(Syscall.PRCTL, PR_SET_DUMPABLE, 0);
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
