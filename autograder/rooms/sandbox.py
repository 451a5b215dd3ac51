"""What can a process in a student's room not do?

Each lock holds by itself: what it cannot see (mounts), cannot call (system calls), cannot do with
what it sees (Landlock), cannot use up (limits), and whom it cannot reach (namespaces). There is no
half: where one of them cannot be had, the room does not open and a sentence says why. Landlock
alone may be missing, on kernels before 5.13; `tier` says so.
"""

import os
import platform
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.rooms import landlock, limits, linux, mounts, syscalls
from course_lib.errors import CourseError

# Users that systemd keeps for services without an account. One a room, since the kernel counts by
# user what no limit of a process bounds, such as the memory of pipes.
FIRST_USER, USERS = 61184, 4000
_ROOM = linux.NEWNS | linux.NEWNET | linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP
ELSEWHERE = (
    "Grade in a container or on a Linux machine as docs/instructors.md says, or, only with "
    "submissions you trust, with --unsafe-no-sandbox."
)


@dataclass(frozen=True)
class Confinement(limits.Allowance):
    """What one room may have. Sizes and counts are those of `Allowance`.

    threads: of PyTorch in one operation
    hidden_packages: names with dots that cannot be imported
    folder: the one folder in the warm parent's `shared` that the room sees and writes to
    seed: what the global random generators start from; fresh where None
    """

    threads: int = 1
    hidden_packages: tuple[str, ...] = ()
    folder: str = ""
    seed: int | None = None


@dataclass(frozen=True)
class Locks:
    """What a warm parent made ready for its rooms.

    root: whether its rooms are other users than itself
    proc: descriptor of /proc as the parent sees it
    program: the filter of system calls
    landlock: the kernel's Landlock version, 0 where there is none
    shared: the folder that holds a folder for each room, if any
    """

    root: bool
    proc: int
    program: bytes
    landlock: int
    shared: Path | None

    @property
    def tier(self) -> str:
        """What holds the rooms, in words, for the record."""
        version = f"Landlock {self.landlock}" if self.landlock else "no Landlock"
        return f"user, mount, pid, net, ipc and uts namespaces; seccomp; {version}; rlimits"


def detach() -> bool:
    """Leave the machine's mounts and, for children to come, its processes.

    An ordinary user, and a root without power over mounts, does so in a user namespace.

    returns: whether this process may take on other users
    raises: CourseError where Linux does not allow it
    """
    check_machine()
    kinds = linux.NEWNS | linux.NEWPID
    try:
        linux.unshare(kinds)
        return os.geteuid() == 0 and _has_users()
    except PermissionError:
        pass
    try:
        if os.geteuid() == 0:
            become(FIRST_USER - 1)
            if not os.access(sys.executable, os.R_OK | os.X_OK):
                raise CourseError(
                    f"This root may not mount, and as another user it cannot read {sys.executable}."
                    " Install Python where everybody can read it, such as /opt."
                )
        user, group = os.geteuid(), os.getegid()
        linux.unshare(linux.NEWUSER | kinds)
        proc = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
        linux.map_user((user, group), (user, group), proc)
        os.close(proc)
    except OSError as error:
        raise CourseError(
            f"This machine lets you make no namespaces ({error.strerror}), so a student's room "
            "cannot be locked. Ask its administrator to allow unprivileged user namespaces "
            "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "
            f"kernel.apparmor_restrict_unprivileged_userns). {ELSEWHERE}"
        ) from error
    return False


def _has_users() -> bool:
    """Whether the users for rooms exist here, as they do not in some containers."""
    ranges = (
        map(int, line.split()) for line in Path("/proc/self/uid_map").read_text().splitlines()
    )
    return any(
        first <= FIRST_USER and first + count >= FIRST_USER + USERS for first, _, count in ranges
    )


def check_machine() -> None:
    """raises: CourseError where there are no rooms on this kind of machine"""
    if sys.platform != "linux":
        raise CourseError(f"Only Linux can lock a student's room. {ELSEWHERE}")
    if platform.machine() not in linux.MACHINES:
        known = " and ".join(linux.MACHINES)
        raise CourseError(f"Rooms are made for {known}; this is {platform.machine()}. {ELSEWHERE}")
    release = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])
    if release < (5, 12):
        raise CourseError(f"Linux {platform.release()} is older than 5.12. {ELSEWHERE}")


def prepare(root: bool, readable: Sequence[Path], shared: Path | None, netlink: bool) -> Locks:
    """Enter the image of the machine that rooms see; for the first process after `detach`.

    raises: CourseError where a lock cannot be had
    """
    program = syscalls.program(netlink=netlink)
    try:
        mounts.enter_image((*mounts.packages(), *readable), (shared,) if shared else ())
    except OSError as error:
        raise CourseError(
            f"The disk that a student's room sees could not be put together: {error}. Inside a "
            f"container, start it as docs/instructors.md says. {ELSEWHERE}"
        ) from error
    proc = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
    return Locks(root, proc, program, landlock.version(), shared)


def enter(confinement: Confinement, locks: Locks, number: int) -> None:
    """Lock this process, the first of a new pid namespace, and all that it will start, for good.

    number: of the room, from which its user follows
    raises: OSError, CourseError; the process must then end
    """
    linux.unshare(_ROOM)
    outside = os.geteuid(), os.getegid()
    if locks.root:
        outside = (FIRST_USER + number % USERS,) * 2
    hidden = mounts.hidden_places(confinement.hidden_packages)
    mounts.enter_room(outside, confinement.disk, confinement.files, hidden)
    writable = list(mounts.WRITABLE)
    if locks.shared:
        mounts.only(confinement.folder, locks.shared, outside)
        writable.append(locks.shared)
    socket.sethostname("room")
    if locks.root:
        become(outside[0])
    # A user namespace of its own: processes are counted in it, and nothing that the room could
    # gain in it has power over the mounts above.
    linux.unshare(linux.NEWUSER)
    linux.map_user(mounts.USER, outside, locks.proc)
    limits.first_to_go(locks.proc)
    os.close(locks.proc)
    linux.drop_capabilities()
    if locks.landlock:
        landlock.restrict((Path("/"),), writable)
    limits.apply(confinement)
    linux.filter_system_calls(locks.program)


def become(user: int) -> None:
    """Be another user, with a group of the same number alone; for root. raises: OSError"""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    linux.own_again()


def tier() -> str:
    """What would hold a student's room on this machine, tried out with an empty one.

    raises: CourseError, with the reason, where no room can be locked
    """
    from autograder.rooms.warm import WarmParent

    with WarmParent(preload=(), entry="autograder.rooms.parent:idle") as parent:
        parent.open(Confinement()).close()
        return parent.tier
