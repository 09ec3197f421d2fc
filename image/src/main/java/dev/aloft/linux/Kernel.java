package dev.aloft.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// C functions by which a process changes its rights; the only class here that calls C. A refusal by the kernel is a
/// [Refused]. Safe for many threads.
@SuppressWarnings("restricted")
final class Kernel {

    // prctl(2), seccomp(2)
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF_STATE = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            symbol("syscall"),
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            ERRNO,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle GETUID = function("geteuid");
    private static final MethodHandle SETRLIMIT = function("setrlimit", JAVA_INT, ADDRESS);
    private static final MethodHandle SETGROUPS = function("setgroups", JAVA_LONG, ADDRESS);
    private static final MethodHandle SETRESGID = function("setresgid", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETRESUID = function("setresuid", JAVA_INT, JAVA_INT, JAVA_INT);

    private Kernel() {}

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
    }

    /// Makes a system call with up to six arguments.
    static long syscall(Syscall name, long... arguments) throws Refused {
        Object[] all = new Object[7];
        all[0] = (long) Architecture.current().number(name);
        for (int i = 1; i < all.length; i++) {
            all[i] = i <= arguments.length ? arguments[i - 1] : 0L;
        }
        return call(SYSCALL, all);
    }

    /// Sets a resource limit of this process permanently.
    ///
    /// @param resource `RLIMIT_…`
    static void limit(int resource, long most) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocateFrom(JAVA_LONG, most, most);
            long _ = call(SETRLIMIT, resource, limits);
        }
    }

    /// Changes the user of all threads; requires root. The C library covers all threads, the system call only one.
    static void become(int user) throws Refused {
        long _ = call(SETGROUPS, 0L, MemorySegment.NULL);
        long _ = call(SETRESGID, user, user, user);
        long _ = call(SETRESUID, user, user, user);
    }

    /// Sets `no_new_privs`: neither this process nor its children gain rights from executables.
    static void wantNoPrivileges() throws Refused {
        long _ = syscall(Syscall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
    }

    static boolean isRoot() throws Refused {
        return call(GETUID) == 0;
    }

    /// Installs a system call filter on all threads; requires `no_new_privs`.
    static void filter(SyscallFilter filter) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(2 * Long.BYTES, Long.BYTES); // struct sock_fprog
            program.set(JAVA_SHORT, 0, (short) filter.length());
            program.set(ADDRESS, Long.BYTES, arena.allocateFrom(JAVA_BYTE, filter.bytes()));
            long unwilling =
                    syscall(Syscall.SECCOMP, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, program.address());
            if (unwilling != 0) {
                throw new IllegalStateException("thread " + unwilling + " has a filter of its own");
            }
        }
    }

    private static long call(MethodHandle function, Object... arguments) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = ((Number) invoke(function.bindTo(state), arguments)).longValue();
            if (result == -1) {
                throw new Refused("errno " + (int) ERRNO_OF_STATE.get(state, 0L));
            }
            return result;
        }
    }

    private static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function does not match its declared signature", e);
        }
    }

    /// Refusal by the kernel, with the number from `errno.h`.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
