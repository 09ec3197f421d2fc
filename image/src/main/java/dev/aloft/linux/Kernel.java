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
import java.util.Arrays;

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

    private Kernel() {}

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    /// A function that few processes call, once or twice: Java generates code for each signature.
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
    }

    /// Makes a system call with up to six arguments.
    static long syscall(Syscall name, long... arguments) throws Refused {
        long number = Architecture.current().number(name);
        long[] all = Arrays.copyOf(arguments, 6);
        return call(state -> (long) SYSCALL.invokeExact(state, number, all[0], all[1], all[2], all[3], all[4], all[5]));
    }

    /// Sets a resource limit of this process permanently.
    ///
    /// @param resource `RLIMIT_…`
    static void limit(int resource, long most) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocateFrom(JAVA_LONG, most, most);
            MethodHandle setrlimit = function("setrlimit", JAVA_INT, ADDRESS);
            long _ = call(state -> (int) setrlimit.invokeExact(state, resource, limits));
        }
    }

    /// Changes the user of all threads; requires root. The C library covers all threads, the system call only one.
    static void become(int user) throws Refused {
        MethodHandle setgroups = function("setgroups", JAVA_LONG, ADDRESS);
        MethodHandle setresgid = function("setresgid", JAVA_INT, JAVA_INT, JAVA_INT);
        MethodHandle setresuid = function("setresuid", JAVA_INT, JAVA_INT, JAVA_INT);
        long _ = call(state -> (int) setgroups.invokeExact(state, 0L, MemorySegment.NULL));
        long _ = call(state -> (int) setresgid.invokeExact(state, user, user, user));
        long _ = call(state -> (int) setresuid.invokeExact(state, user, user, user));
    }

    /// Sets `no_new_privs`: neither this process nor its children gain rights from executables.
    static void wantNoPrivileges() throws Refused {
        long _ = syscall(Syscall.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
    }

    static boolean isRoot() throws Refused {
        MethodHandle geteuid = function("geteuid");
        return call(state -> (int) geteuid.invokeExact(state)) == 0;
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

    private static long call(Function function) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = invoke(function, state);
            if (result == -1) {
                throw new Refused("errno " + (int) ERRNO_OF_STATE.get(state, 0L));
            }
            return result;
        }
    }

    private static long invoke(Function function, MemorySegment state) {
        try {
            return function.invoke(state);
        } catch (Throwable e) {
            throw new IllegalStateException("a C function does not match its declared signature", e);
        }
    }

    /// A C function with its arguments.
    private interface Function {

        /// @param state gets `errno`
        long invoke(MemorySegment state) throws Throwable;
    }

    /// Refusal by the kernel, with the number from `errno.h`.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
