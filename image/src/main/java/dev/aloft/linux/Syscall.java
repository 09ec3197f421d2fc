package dev.aloft.linux;

/// System calls with their numbers for each [Architecture].
enum Syscall {
    ACCEPT(43, 202),
    ACCEPT4(288, 242),
    ACCESS(21, -1),
    BRK(12, 214),
    CLOCK_GETRES(229, 114),
    CLOCK_GETTIME(228, 113),
    CLOCK_NANOSLEEP(230, 115),
    CLONE(56, 220),
    CLONE3(435, 435),
    CLOSE(3, 57),
    DUP2(33, -1),
    DUP3(292, 24),
    EXIT(60, 93),
    EXIT_GROUP(231, 94),
    FACCESSAT(269, 48),
    FACCESSAT2(439, 439),
    FCNTL(72, 25),
    FSTAT(5, 80),
    FSTATFS(138, 44),
    FUTEX(202, 98),
    GETCPU(309, 168),
    GETDENTS64(217, 61),
    GETPID(39, 172),
    GETRANDOM(318, 278),
    GETRUSAGE(98, 165),
    GETSOCKNAME(51, 204),
    GETSOCKOPT(55, 209),
    GETTID(186, 178),
    GETTIMEOFDAY(96, 169),
    GETUID(102, 174),
    IOCTL(16, 29),
    LANDLOCK_ADD_RULE(445, 445),
    LANDLOCK_CREATE_RULESET(444, 444),
    LANDLOCK_RESTRICT_SELF(446, 446),
    LSEEK(8, 62),
    LSTAT(6, -1),
    MADVISE(28, 233),
    MEMBARRIER(324, 283),
    MINCORE(27, 232),
    MMAP(9, 222),
    MPROTECT(10, 226),
    MREMAP(25, 216),
    MUNMAP(11, 215),
    NANOSLEEP(35, 101),
    NEWFSTATAT(262, 79),
    OPENAT(257, 56),
    POLL(7, -1),
    PPOLL(271, 73),
    PRCTL(157, 167),
    PREAD64(17, 67),
    PRLIMIT64(302, 261),
    READ(0, 63),
    READLINK(89, -1),
    READLINKAT(267, 78),
    READV(19, 65),
    RECVFROM(45, 207),
    RESTART_SYSCALL(219, 128),
    RSEQ(334, 293),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    RT_SIGRETURN(15, 139),
    RT_SIGSUSPEND(130, 133),
    SCHED_GETAFFINITY(204, 123),
    SCHED_YIELD(24, 124),
    SECCOMP(317, 277),
    SENDTO(44, 206),
    SET_ROBUST_LIST(273, 99),
    SHUTDOWN(48, 210),
    SIGALTSTACK(131, 132),
    SOCKET(41, 198),
    STAT(4, -1),
    STATX(332, 291),
    SYSINFO(99, 179),
    TGKILL(234, 131),
    TIMES(100, 153),
    UNAME(63, 160),
    WRITE(1, 64),
    WRITEV(20, 66);

    /// Number of a call that an architecture lacks.
    static final int NONE = -1;

    private final int x86;
    private final int arm;

    Syscall(int x86, int arm) {
        this.x86 = x86;
        this.arm = arm;
    }

    int x86() {
        return x86;
    }

    int arm() {
        return arm;
    }
}
