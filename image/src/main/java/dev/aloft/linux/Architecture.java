package dev.aloft.linux;

import dev.aloft.linux.Kernel.Refused;

/// Processors whose system call numbers are known.
enum Architecture {
    X86_64(0xC000003E),
    AARCH64(0xC00000B7);

    private final int audit;

    Architecture(int audit) {
        this.audit = audit;
    }

    /// Architecture of this machine.
    static Architecture current() throws Refused {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> X86_64;
            case "aarch64" -> AARCH64;
            case String other -> throw new Refused("unknown for " + other);
        };
    }

    /// `AUDIT_ARCH_…` of `linux/audit.h`.
    int audit() {
        return audit;
    }

    boolean has(Syscall call) {
        return number(call) != Syscall.NONE;
    }

    int number(Syscall call) {
        return switch (this) {
            case X86_64 -> call.x86();
            case AARCH64 -> call.arm();
        };
    }
}
