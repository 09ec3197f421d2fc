package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;
import java.util.Optional;

/// Protection of this process from inspection of its memory, environment and open files.
public final class Inspection {

    private static final int PR_SET_DUMPABLE = 4;

    private Inspection() {}

    /// Hides this process from all but root, including its own user: no debugger, no core dump, no
    /// `/proc/PID/environ`, `mem`, `fd` or `root`. Lasts until the process executes another program.
    ///
    /// @return the obstacle; empty on success
    public static Optional<String> forbid() {
        try {
            long _ = Kernel.syscall(Syscall.PRCTL, PR_SET_DUMPABLE, 0);
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
