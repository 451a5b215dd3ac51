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

from autograder.rooms.locks import bubblewrap, cgroups, landlock, limits, linux, mounts, syscalls
from course_lib.errors import CourseError

# Users that systemd keeps for services without an account. One a room, since the kernel counts by
# user what no limit of a process bounds, such as the memory of pipes.
FIRST_USER, USERS = 61184, 4000
_ROOM = linux.NEWNS | linux.NEWNET | linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP
ELSEWHERE = (
    "Grade in a container or on a Linux machine as docs/instructors.md says, or, only with "
    "submissions you trust, with --unsafe-no-sandbox."
)


class Forbidden(CourseError):  # noqa: N818 - it says what is, not that it is wrong
    """Linux does not let this process make what a room is locked with; bubblewrap may."""


@dataclass(frozen=True)
class Confinement(limits.Allowance):
    """What one room may have. Sizes and counts are those of `Allowance`.

    hidden_packages: names with dots that cannot be imported
    folder: the one folder in the warm parent's `shared` that the room sees, and makes sockets in
    seed: what the global random generators start from; fresh where None
    """

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
    readable, writable: what Landlock leaves to rooms
    shared: the folder that holds a folder for each room, if any
    devices: GPUs that rooms see; None for rooms that may not use one
    groups: control groups, where this process may make them
    wrapped: whether bubblewrap has made the namespaces and the image
    """

    root: bool
    proc: int
    program: bytes
    landlock: int
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    shared: Path | None = None
    devices: tuple[Path, ...] | None = None
    groups: cgroups.Groups | None = None
    wrapped: bool = False

    @property
    def tier(self) -> str:
        """What holds the rooms, in words, for the record."""
        maker = "bubblewrap's " if self.wrapped else ""
        version = f"Landlock {self.landlock}" if self.landlock else "no Landlock"
        groups = " and a control group" if self.groups else ""
        gpu = ""
        if self.devices is not None:
            gpu = f"; GPU: {', '.join(path.name for path in self.devices) or 'none found'}"
        return (
            f"{maker}user, mount, pid, net, ipc and uts namespaces; seccomp; {version}; "
            f"rlimits{groups}{gpu}"
        )


def detach() -> bool:
    """Leave the machine's mounts and, for children to come, its processes.

    An ordinary user, and a root without power over mounts, does so in a user namespace.

    returns: whether this process may take on other users
    raises: Forbidden where Linux does not allow it
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
        raise Forbidden(
            f"This machine lets you make no namespaces ({error.strerror}), so a student's room "
            "cannot be locked. Ask its administrator to install bubblewrap (not set-user-id), or "
            "to allow unprivileged user namespaces (sysctl user.max_user_namespaces, "
            "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns). "
            f"{ELSEWHERE}"
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


def prepare(
    root: bool,
    readable: Sequence[Path],
    shared: Path | None = None,
    devices: tuple[Path, ...] | None = None,
    groups: cgroups.Groups | None = None,
    *,
    netlink: bool = False,
) -> Locks:
    """Enter the image of the machine that rooms see; for the first process after `detach`.

    raises: CourseError where a lock cannot be had, Forbidden where bubblewrap may have it
    """
    program = syscalls.program(netlink=netlink, gpu=bool(devices))
    open_to_all = (*(devices or ()), *((shared,) if shared else ()))
    try:
        mounts.enter_image((*mounts.packages(), *readable), open_to_all)
    except OSError as error:
        raise Forbidden(
            f"The disk that a student's room sees could not be put together: {error}. Inside a "
            f"container, start it as docs/instructors.md says. {ELSEWHERE}"
        ) from error
    return Locks(
        root=root,
        proc=os.open("/proc", os.O_PATH | os.O_CLOEXEC),
        program=program,
        landlock=landlock.version(),
        readable=(Path("/"),),
        writable=(*mounts.WRITABLE, *open_to_all),
        shared=shared,
        devices=devices,
        groups=groups if groups and groups.work() else None,
    )


def prepare_wrapped(readable: Sequence[Path], devices: tuple[Path, ...] | None) -> Locks:
    """The same in bubblewrap's image, which holds one room.

    raises: CourseError where a lock cannot be had
    """
    linux.disown()  # before there is a room: it is the same user in the same namespaces
    os.environ.pop("PWD", None)  # bubblewrap's
    shown = [Path(place) for place in (*mounts.SYSTEM, "/etc", "/proc", "/dev", mounts.OWN)]
    return Locks(
        root=False,
        proc=os.open("/proc", os.O_PATH | os.O_CLOEXEC),
        program=syscalls.program(gpu=bool(devices)),
        landlock=landlock.version(),
        readable=tuple(p for p in (*shown, *mounts.packages(), *readable) if p.exists()),
        writable=(*mounts.WRITABLE, bubblewrap.SHM, *(devices or ())),
        devices=devices,
        wrapped=True,
    )


def enter(confinement: Confinement, locks: Locks, number: int) -> None:
    """Lock this process, and all that it will start, for good.

    number: of the room, from which its user follows
    raises: OSError, CourseError; the process must then end
    """
    if confinement.gpu and locks.devices is None:
        raise CourseError("A room with a GPU comes from a parent of its own, not from a warm one.")
    if locks.wrapped:
        linux.own_again()
        linux.adopt_orphans()  # they are counted with the room
        os.chdir(mounts.DESK)
    else:
        _enter_namespaces(confinement, locks, number)
    limits.first_to_go(locks.proc)
    os.close(locks.proc)
    linux.drop_capabilities()
    if locks.landlock:
        # It lies on the disk of the machine, which the room must not fill.
        shared = (locks.shared,) if locks.shared else ()
        writable = [path for path in locks.writable if path not in shared]
        landlock.restrict(locks.readable, writable, shared)
    limits.apply(confinement)
    linux.filter_system_calls(locks.program)


def _enter_namespaces(confinement: Confinement, locks: Locks, number: int) -> None:
    """Make the room's own namespaces and mounts; for the first process of a new pid namespace."""
    linux.unshare(_ROOM)
    outside = os.geteuid(), os.getegid()
    if locks.root:
        outside = (FIRST_USER + number % USERS,) * 2
    hidden = mounts.hidden_places(confinement.hidden_packages)
    mounts.enter_room(outside, confinement.disk, confinement.files, hidden)
    if locks.shared:
        mounts.only(confinement.folder, locks.shared, outside)
    socket.sethostname("room")
    if locks.root:
        become(outside[0])
    # A user namespace of its own: processes are counted in it, and nothing that the room could
    # gain in it has power over the mounts above.
    linux.unshare(linux.NEWUSER)
    linux.map_user(mounts.USER, outside, locks.proc)


def become(user: int) -> None:
    """Be another user, with a group of the same number alone; for root. raises: OSError"""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    linux.own_again()
