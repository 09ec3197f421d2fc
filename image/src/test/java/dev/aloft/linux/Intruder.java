package dev.aloft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.aloft.linux.Confinement.FileRights;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Attacker's code in a confined worker: attempts to escape, and prints the `errno` of each attempt, 0 on success.
///
/// Arguments: `confined`, `reading` (confined, with a right to read) or `free`; the process of the server; a
/// process beside it; a folder with a file `secret`.
@SuppressWarnings("restricted")
final class Intruder {

    static final long MEMORY_BYTES = 1L << 30;

    /// Fits into the memory that is allowed.
    private static final long MAX_ATTEMPTED_THREADS = 2 * Confinement.MAX_USER_THREADS;

    private static final long STACK_BYTES = 128 << 10;

    /// System call numbers of x86-64.
    private static final long OPEN = 2;

    private static final long MMAP = 9;
    private static final long SOCKET = 41;
    private static final long KILL = 62;
    private static final long OPENAT = 257;
    private static final long AT_FDCWD = -100;

    private static final MethodHandle SYSCALL;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    static {
        Linker linker = Linker.nativeLinker();
        SYSCALL = linker.downcallHandle(
                linker.defaultLookup().find("syscall").orElseThrow(),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    private final Arena arena = Arena.ofShared();
    private final Map<String, Long> results = new LinkedHashMap<>();

    private Intruder() {}

    public static void main(String[] arguments) throws IOException {
        long server = Long.parseLong(arguments[1]);
        long neighbour = Long.parseLong(arguments[2]);
        Path folder = Path.of(arguments[3]);
        Intruder intruder = new Intruder();
        try (FileOutputStream log = new FileOutputStream(folder.resolve("log").toFile())) {
            if (arguments[0].equals("free")) {
                intruder.lookAround(server, neighbour, folder);
            } else {
                log.write(0); // loads its class
                FileRights rights = arguments[0].equals("reading") ? FileRights.READ : FileRights.NONE;
                intruder.results.put("warm", intruder.call(0, -1)); // loads the calling code
                List<String> missing = Confinement.apply(MEMORY_BYTES, rights);
                System.out.println("missing " + missing);
                intruder.lookAround(server, neighbour, folder);
                intruder.breakOut(server, neighbour, folder);
                intruder.fill(log);
                intruder.startThreads();
            }
        }
        intruder.results.forEach((attempt, errno) -> System.out.println(attempt + "=" + errno));
    }

    /// Attempts that are harmless in any program.
    private void lookAround(long server, long neighbour, Path folder) {
        attempt("open a secret", OPEN, text(folder + "/secret"), 0);
        attempt("open a file of the system", OPENAT, AT_FDCWD, text("/etc/hostname"), 0);
        attempt("open a font's folder", OPENAT, AT_FDCWD, text("/usr/share"), 0);
        attempt("write a file", OPENAT, AT_FDCWD, text(folder + "/new"), 0101, 0600);
        attempt("read the server's environment", OPEN, text("/proc/" + server + "/environ"), 0);
        attempt("use the network", SOCKET, 2, 1, 0);
        attempt("use a site's socket", SOCKET, 1, 1, 0);
        attempt("signal the server", KILL, server, 0);
        attempt("signal a neighbour", KILL, neighbour, 0);
    }

    /// Attempts that do harm on success.
    private void breakOut(long server, long neighbour, Path folder) {
        attempt(
                "open beneath",
                437,
                AT_FDCWD,
                text(folder + "/secret"),
                arena.allocate(24).address(),
                24);
        attempt("create", 85, text(folder + "/new"), 0600);
        attempt("truncate", 76, text(folder + "/secret"), 0);
        attempt("unlink", 87, text(folder + "/secret"));
        attempt("rename", 82, text(folder + "/secret"), text(folder + "/other"));
        attempt("make a folder", 83, text(folder + "/made"), 0700);
        attempt("change a mode", 90, text(folder + "/secret"), 0777);
        attempt("link", 86, text(folder + "/secret"), text(folder + "/other"));
        attempt("open the server's memory", OPEN, text("/proc/" + server + "/mem"), 2);
        attempt("connect", 42, 0, arena.allocate(16).address(), 16);
        attempt("make a pair of sockets", 53, 1, 1, 0, arena.allocate(8).address());
        attempt("send somewhere", 44, 0, text("x"), 1, 0, arena.allocate(16).address(), 16);
        attempt("pass a descriptor", 46, 0, arena.allocate(64).address(), 0);
        attempt("use a ring of calls", 425, 1, arena.allocate(256).address());
        attempt("fork", 57);
        attempt("fork in place", 58);
        attempt("clone a process", 56, 17);
        attempt("clone by a structure", 435, arena.allocate(88).address(), 88);
        attempt("run a program", 59, text("/bin/true"), 0, 0);
        attempt("run a program by its descriptor", 322, AT_FDCWD, text("/bin/true"), 0, 0, 0);
        attempt("trace a neighbour", 101, 16, neighbour, 0, 0);
        attempt("trace the server", 101, 16, server, 0, 0);
        attempt(
                "read the server's memory",
                310,
                server,
                arena.allocate(16).address(),
                1,
                arena.allocate(16).address(),
                1);
        attempt(
                "write the server's memory",
                311,
                server,
                arena.allocate(16).address(),
                1,
                arena.allocate(16).address(),
                1);
        attempt("hold the server", 434, server, 0);
        attempt("take a descriptor", 438, 0, 0, 0);
        attempt("signal a thread", 200, server, 0);
        attempt("signal a thread of the server", 234, server, server, 0);
        attempt("queue a signal", 129, server, 10, arena.allocate(128).address());
        attempt("have the kernel signal", 72, 0, 8, server);
        attempt("slow the server down", 141, 0, server, 19);
        attempt("limit the server", 302, server, 7, arena.allocate(16).address(), 0);
        attempt("move the server", 203, server, 8, arena.allocate(8).address());
        attempt("be inspected again", 157, 4, 1);
        attempt("filter again", 317, 1, 0, arena.allocate(16).address());
        attempt("be root", 105, 0);
        attempt("have a world of its own", 272, 0x10000000);
        attempt("mount", 165, text("x"), text("/mnt"), text("tmpfs"), 0, 0);
        attempt("load a program into the kernel", 321, 5, arena.allocate(128).address(), 128);
        attempt("watch events", 298, arena.allocate(128).address(), 0, -1, -1, 0);
        attempt("handle faults", 323, 0);
        attempt("use keys", 250, 0, 0, 0);
        attempt("make a file of memory", 319, text("x"), 0);
        attempt("share memory", 29, 0, 4096, 01600);
        attempt("map shared memory", MMAP, 0, 4096, 3, 0x21, -1, 0);
        attempt("map a growing stack", MMAP, 0, 4096, 3, 0x122, -1, 0);
        attempt("take all memory", MMAP, 0, MEMORY_BYTES, 3, 0x22, -1, 0);
        attempt("take some memory", MMAP, 0, 1 << 20, 3, 0x22, -1, 0);
        attempt("use another architecture's calls", 0x40000000L + 41, 2, 1, 0);
    }

    private void fill(FileOutputStream log) {
        long written = 0;
        try {
            for (; written < 64; written++) {
                log.write(new byte[1 << 20]);
            }
        } catch (IOException full) {
            results.put("fill a file after MB", written);
        }
    }

    /// Starts threads until the system refuses one.
    private void startThreads() {
        long started = 0;
        try {
            for (; started < MAX_ATTEMPTED_THREADS; started++) {
                Thread.ofPlatform().daemon().stackSize(STACK_BYTES).start(LockSupport::park);
            }
        } catch (OutOfMemoryError refused) {
            results.put("start threads, up to", started);
            return;
        }
        results.put("start threads without end", 0L);
    }

    private void attempt(String name, long number, long... arguments) {
        results.put(name, call(number, arguments));
    }

    private long text(String text) {
        return arena.allocateFrom(text).address();
    }

    /// Makes a call and returns its `errno`.
    private long call(long number, long... arguments) {
        Object[] all = new Object[8];
        MemorySegment state = arena.allocate(STATE);
        all[0] = state;
        all[1] = number;
        for (int i = 2; i < all.length; i++) {
            all[i] = i - 2 < arguments.length ? arguments[i - 2] : 0L;
        }
        try {
            long result = (long) SYSCALL.invokeWithArguments(all);
            return result == -1 ? state.get(JAVA_INT, 0) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
