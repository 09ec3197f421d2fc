package dev.aloft.linux;

import static dev.aloft.linux.Syscall.ACCEPT;
import static dev.aloft.linux.Syscall.ACCEPT4;
import static dev.aloft.linux.Syscall.ACCESS;
import static dev.aloft.linux.Syscall.BRK;
import static dev.aloft.linux.Syscall.CLOCK_GETRES;
import static dev.aloft.linux.Syscall.CLOCK_GETTIME;
import static dev.aloft.linux.Syscall.CLOCK_NANOSLEEP;
import static dev.aloft.linux.Syscall.CLONE;
import static dev.aloft.linux.Syscall.CLONE3;
import static dev.aloft.linux.Syscall.CLOSE;
import static dev.aloft.linux.Syscall.DUP2;
import static dev.aloft.linux.Syscall.DUP3;
import static dev.aloft.linux.Syscall.EXIT;
import static dev.aloft.linux.Syscall.EXIT_GROUP;
import static dev.aloft.linux.Syscall.FACCESSAT;
import static dev.aloft.linux.Syscall.FACCESSAT2;
import static dev.aloft.linux.Syscall.FCNTL;
import static dev.aloft.linux.Syscall.FSTAT;
import static dev.aloft.linux.Syscall.FSTATFS;
import static dev.aloft.linux.Syscall.FUTEX;
import static dev.aloft.linux.Syscall.GETCPU;
import static dev.aloft.linux.Syscall.GETDENTS64;
import static dev.aloft.linux.Syscall.GETPID;
import static dev.aloft.linux.Syscall.GETRANDOM;
import static dev.aloft.linux.Syscall.GETRUSAGE;
import static dev.aloft.linux.Syscall.GETSOCKNAME;
import static dev.aloft.linux.Syscall.GETTID;
import static dev.aloft.linux.Syscall.GETTIMEOFDAY;
import static dev.aloft.linux.Syscall.GETUID;
import static dev.aloft.linux.Syscall.IOCTL;
import static dev.aloft.linux.Syscall.LSEEK;
import static dev.aloft.linux.Syscall.LSTAT;
import static dev.aloft.linux.Syscall.MADVISE;
import static dev.aloft.linux.Syscall.MEMBARRIER;
import static dev.aloft.linux.Syscall.MINCORE;
import static dev.aloft.linux.Syscall.MMAP;
import static dev.aloft.linux.Syscall.MPROTECT;
import static dev.aloft.linux.Syscall.MREMAP;
import static dev.aloft.linux.Syscall.MUNMAP;
import static dev.aloft.linux.Syscall.NANOSLEEP;
import static dev.aloft.linux.Syscall.NEWFSTATAT;
import static dev.aloft.linux.Syscall.OPENAT;
import static dev.aloft.linux.Syscall.POLL;
import static dev.aloft.linux.Syscall.PPOLL;
import static dev.aloft.linux.Syscall.PRCTL;
import static dev.aloft.linux.Syscall.PREAD64;
import static dev.aloft.linux.Syscall.PRLIMIT64;
import static dev.aloft.linux.Syscall.READ;
import static dev.aloft.linux.Syscall.READLINK;
import static dev.aloft.linux.Syscall.READLINKAT;
import static dev.aloft.linux.Syscall.READV;
import static dev.aloft.linux.Syscall.RECVFROM;
import static dev.aloft.linux.Syscall.RESTART_SYSCALL;
import static dev.aloft.linux.Syscall.RSEQ;
import static dev.aloft.linux.Syscall.RT_SIGACTION;
import static dev.aloft.linux.Syscall.RT_SIGPROCMASK;
import static dev.aloft.linux.Syscall.RT_SIGRETURN;
import static dev.aloft.linux.Syscall.RT_SIGSUSPEND;
import static dev.aloft.linux.Syscall.SCHED_GETAFFINITY;
import static dev.aloft.linux.Syscall.SCHED_YIELD;
import static dev.aloft.linux.Syscall.SENDTO;
import static dev.aloft.linux.Syscall.SET_ROBUST_LIST;
import static dev.aloft.linux.Syscall.SHUTDOWN;
import static dev.aloft.linux.Syscall.SIGALTSTACK;
import static dev.aloft.linux.Syscall.STAT;
import static dev.aloft.linux.Syscall.STATX;
import static dev.aloft.linux.Syscall.SYSINFO;
import static dev.aloft.linux.Syscall.TGKILL;
import static dev.aloft.linux.Syscall.TIMES;
import static dev.aloft.linux.Syscall.UNAME;
import static dev.aloft.linux.Syscall.WRITE;
import static dev.aloft.linux.Syscall.WRITEV;

import dev.aloft.linux.Kernel.Refused;
import java.util.ArrayList;
import java.util.List;

/// Permanent drop of rights of a process. Afterwards it uses only the memory, files and sockets that it has, and
/// accepts connections on those sockets. It opens no socket and, depending on [FileRights], no file; it starts no
/// process and reaches no other.
///
/// Everything needed from the file system must be used before: libraries, class directories, fonts.
public final class Confinement {

    /// User that a root process becomes: from the range that systemd reserves for services without an account, so that
    /// it owns no file.
    public static final int USER = 62_911;

    /// Size limit of open files; a log of last words needs little.
    static final long FILE_BYTES = 1 << 20;

    static final int MAX_OPEN_FILES = 512;

    /// Limit of threads of [#USER], whose workers share it: the kernel counts by user. The filter refuses processes,
    /// but a JVM needs threads.
    static final int MAX_USER_THREADS = 1024;

    // prctl(2), clone(2), mmap(2), fcntl(2), ioctl(2), getrlimit(2).
    private static final int PR_SET_NAME = 15;
    private static final int CLONE_THREAD = 0x10000;
    private static final int MAP_TYPE = 0x0f;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_GROWSDOWN = 0x100;
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_ACCMODE = 3;
    private static final int O_CREAT = 0100;
    private static final int O_TRUNC = 01000;
    private static final int FIONREAD = 0x541B;
    private static final int RLIMIT_FSIZE = 1;
    private static final int RLIMIT_DATA = 2;
    private static final int RLIMIT_CORE = 4;
    private static final int RLIMIT_NPROC = 6;
    private static final int RLIMIT_NOFILE = 7;
    private static final int ALL_BITS = -1;

    private final List<String> missing = new ArrayList<>();

    private Confinement() {}

    /// Confines this process with all its threads, as far as this kernel supports.
    ///
    /// @param memoryBytes memory limit besides the mapped program and libraries
    /// @param files rights on files that are not open yet
    /// @return missing protections, for a log; empty if complete
    public static List<String> apply(long memoryBytes, FileRights files) {
        Confinement confinement = new Confinement();
        confinement.attempt("limits", () -> limit(memoryBytes));
        confinement.attempt("a user of its own", Confinement::leaveRoot);
        Inspection.forbid().ifPresent(why -> confinement.missing.add("protection from inspection (" + why + ")"));
        confinement.attempt("a filter of system calls", () -> filter(files));
        return List.copyOf(confinement.missing);
    }

    private void attempt(String what, Step step) {
        try {
            step.run();
        } catch (Refused e) {
            missing.add(what + " (" + e.getMessage() + ")");
        }
    }

    private static void limit(long memoryBytes) throws Refused {
        Kernel.limit(RLIMIT_CORE, 0);
        Kernel.limit(RLIMIT_FSIZE, FILE_BYTES);
        Kernel.limit(RLIMIT_NOFILE, MAX_OPEN_FILES);
        Kernel.limit(RLIMIT_DATA, memoryBytes);
    }

    private static void leaveRoot() throws Refused {
        if (Kernel.isRoot()) {
            Kernel.become(USER);
            Kernel.limit(RLIMIT_NPROC, MAX_USER_THREADS); // any other user shares its count with other programs
        }
    }

    /// Applies to all threads and those started later.
    private static void filter(FileRights files) throws Refused {
        SyscallFilter filter = calls(new SyscallFilter(Architecture.current()));
        if (files == FileRights.READ) {
            filter.allow(ACCESS, FACCESSAT, FACCESSAT2, NEWFSTATAT, STAT, LSTAT, STATX, FSTAT, FSTATFS, READLINK)
                    .allow(READLINKAT, GETDENTS64)
                    .allowWhen(OPENAT, 2, O_ACCMODE | O_CREAT | O_TRUNC, 0);
        }
        Kernel.wantNoPrivileges();
        Kernel.filter(filter);
    }

    /// System calls of a warm JVM and a decoder. None takes a path, a process or an address.
    private static SyscallFilter calls(SyscallFilter filter) {
        return filter.allow(FUTEX, READ, WRITE, READV, WRITEV, PREAD64, LSEEK, CLOSE, POLL, PPOLL)
                .allow(MUNMAP, MPROTECT, MREMAP, MADVISE, MINCORE, BRK)
                .allowWhen(MMAP, 3, MAP_TYPE | MAP_GROWSDOWN, MAP_PRIVATE) // all that counts as memory in use
                .allow(ACCEPT, ACCEPT4, GETSOCKNAME, RECVFROM, SHUTDOWN, DUP2, DUP3)
                .allowWithout(SENDTO, 4)
                .allowWhen(IOCTL, 1, ALL_BITS, FIONREAD)
                .allowWhen(FCNTL, 1, ALL_BITS, F_GETFD, F_SETFD, F_GETFL, F_SETFL) // but no signals to an owner
                .allowWhen(CLONE, 0, CLONE_THREAD, CLONE_THREAD)
                .hide(CLONE3) // its arguments lie where no filter can look
                .allowWhen(TGKILL, 0, ALL_BITS, (int) ProcessHandle.current().pid())
                .allowWhen(PRCTL, 0, ALL_BITS, PR_SET_NAME)
                .allowWithout(PRLIMIT64, 2)
                .allow(RT_SIGACTION, RT_SIGPROCMASK, RT_SIGRETURN, RT_SIGSUSPEND, SIGALTSTACK, RESTART_SYSCALL)
                .allow(CLOCK_GETTIME, CLOCK_GETRES, CLOCK_NANOSLEEP, NANOSLEEP, GETTIMEOFDAY, TIMES)
                .allow(GETPID, GETTID, GETUID, GETCPU, GETRUSAGE, GETRANDOM, SYSINFO, UNAME)
                .allow(SCHED_YIELD, SCHED_GETAFFINITY, SET_ROBUST_LIST, RSEQ, MEMBARRIER, EXIT, EXIT_GROUP);
    }

    /// Remaining file system rights.
    public enum FileRights {
        /// None.
        NONE,
        /// Open for reading, within other restrictions such as [Landlock].
        READ
    }

    /// One protection.
    private interface Step {

        void run() throws Refused;
    }
}
