"""Which system calls may a room make?

An allow list: what is not named here does not exist for the room (ENOSYS, to which libraries have
an answer, as on an older kernel). libseccomp, through pyseccomp, knows the numbers of the
architecture at hand and turns the list into the kernel's form.
"""

import errno
import os
import socket
from contextlib import suppress

from course_lib.errors import CourseError

FILES = """
access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2
fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr
flistxattr flock fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr lchown
lgetxattr link linkat listxattr llistxattr lseek lstat mkdir mkdirat newfstatat open openat openat2
pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename
renameat renameat2 rmdir sendfile stat statfs statx symlink symlinkat sync_file_range syncfs
truncate umask unlink unlinkat utime utimensat utimes write writev chown
"""
MEMORY = """
brk get_mempolicy madvise membarrier mincore mlock mlock2 mlockall mprotect mremap mseal msync
munlock munlockall munmap mmap pkey_alloc pkey_free pkey_mprotect
"""
PROCESSES = """
arch_prctl capget execve execveat exit exit_group fork get_robust_list getegid geteuid getgid
getgroups getpgid getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid
gettid getuid kill pidfd_open pidfd_send_signal prctl prlimit64 rseq sched_get_priority_max
sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
set_robust_list set_thread_area set_tid_address setpgid setpriority setrlimit tgkill times
tkill uname sysinfo getcpu vfork wait4 waitid setfsgid setfsuid setgid setuid setregid setreuid
setresgid setresuid setgroups
"""
SIGNALS = """
pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sigaltstack signalfd signalfd4 alarm
"""
TIME = """
clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer time
timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
timerfd_gettime timerfd_settime
"""
WAITING = """
epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 futex
futex_waitv futex_wait futex_wake futex_requeue pipe pipe2 poll ppoll pselect6 select getrandom
"""
# Without the internet families, a socket is a pipe between the processes of one room.
SOCKETS = """
accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
sendmmsg sendmsg sendto setsockopt shutdown socketpair
"""
ALLOWED = " ".join((FILES, MEMORY, PROCESSES, SIGNALS, TIME, WAITING, SOCKETS)).split()

_NAMESPACES = 0x7E020080  # the flags of clone() that make one
_NETLINK_ROUTE = 0
# Of what a terminal and a pipe can be asked: nothing that types for somebody else (TIOCSTI).
_CONTROLS = (
    *(0x5401, 0x5402, 0x5403, 0x5404),  # TCGETS, TCSETS, TCSETSW, TCSETSF
    *(0x540B, 0x540F, 0x5410),  # TCFLSH, TIOCGPGRP, TIOCSPGRP
    *(0x5413, 0x5414, 0x541B, 0x5421),  # TIOCGWINSZ, TIOCSWINSZ, FIONREAD, FIONBIO
    *(0x5429, 0x5450, 0x5451),  # TIOCGSID, FIONCLEX, FIOCLEX
    *(0x80045430, 0x40045431, 0x5441),  # TIOCGPTN, TIOCSPTLCK, TIOCGPTPEER
)
# What a session takes its terminal with. Linux gives each session a share of the processors as
# large as that of any other (CONFIG_SCHED_AUTOGROUP), so a room has to stay one. Programs that a
# shell line starts ask for a session and its terminal, and go on where both seem to have come.
_TERMINAL = 0x540E  # TIOCSCTTY
# Of what NVIDIA's drivers can be asked: all of the resource manager (type "F") and of the shared
# memory (plain small numbers, and two by themselves). The driver checks them, nobody else does.
_MANAGER, _SHARED = (0xFF00, 0x4600), (0xFFFFFF00, 0)
_SHARED_BEGIN, _SHARED_END = 0x30000001, 0x30000002


def program(*, netlink: bool = False, gpu: bool = False) -> bytes:
    """The filter in the form that the kernel takes.

    netlink: let the room ask for its network interfaces, without which ZeroMQ does not start
    gpu: let it talk to NVIDIA's drivers, where it has their devices
    raises: CourseError where libseccomp is not installed
    """
    try:
        import pyseccomp as seccomp  # type: ignore[import-untyped]
    except (ImportError, OSError, RuntimeError) as error:
        raise CourseError(
            "libseccomp, which a locked room needs, is missing. Install it with `pip install "
            "pyseccomp` and, on Debian or Ubuntu, `apt install libseccomp2`."
        ) from error
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))

    def allow(name: str, *conditions: tuple[int, int, int, int]) -> None:
        rules.add_rule(seccomp.ALLOW, name, *(seccomp.Arg(*one) for one in conditions))

    for name in ALLOWED:
        with suppress(OSError):  # not on this architecture, or newer than the library
            allow(name)
    allow("clone", (0, seccomp.MASKED_EQ, _NAMESPACES, 0))
    for request in (*_CONTROLS, *((_SHARED_BEGIN, _SHARED_END) if gpu else ())):
        allow("ioctl", (1, seccomp.EQ, request, 0))
    for mask, value in (_MANAGER, _SHARED) if gpu else ():
        allow("ioctl", (1, seccomp.MASKED_EQ, mask, value))
    done = seccomp.ERRNO(0)  # says that it was done, and does nothing
    rules.add_rule(done, "setsid")
    rules.add_rule(done, "ioctl", seccomp.Arg(1, seccomp.EQ, _TERMINAL))
    allow("socket", (0, seccomp.EQ, socket.AF_UNIX, 0))
    for family in (socket.AF_INET, socket.AF_INET6):
        refused = seccomp.ERRNO(errno.EAFNOSUPPORT)
        rules.add_rule(refused, "socket", seccomp.Arg(0, seccomp.EQ, family))
    if netlink:
        allow("socket", (0, seccomp.EQ, socket.AF_NETLINK, 0), (2, seccomp.EQ, _NETLINK_ROUTE, 0))
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
