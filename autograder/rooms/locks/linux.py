"""How does Python make the Linux system calls that it has no function for?

Numbers from <sys/mount.h>, <linux/sched.h>, <linux/prctl.h>, <linux/capability.h>, <linux/mount.h>
and the kernel's system call tables; those from 424 on are the same on every architecture.
"""

import ctypes
import os
import platform
import struct
from pathlib import Path

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522

MOUNT_SETATTR = 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MACHINES = tuple(_PIVOT_ROOT)

_libc = ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: object) -> int:
    """Make a system call by its number. raises: OSError"""
    return _checked(_libc.syscall(ctypes.c_long(number), *map(_argument, arguments)), str(number))


def _argument(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(namespaces: int) -> None:
    """Leave the namespaces of these kinds for new ones; of NEWPID, the next child is the first."""
    _checked(_libc.unshare(ctypes.c_int(namespaces)), f"unshare {namespaces:#x}")


def set_namespace(descriptor: int, kind: int) -> None:
    """Enter the namespace that `descriptor` stands for."""
    _checked(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def map_user(inside: tuple[int, int], outside: tuple[int, int], proc: int) -> None:
    """Give the new user namespace one user and one group.

    inside, outside: (user, group) in the namespace and in the one around it
    proc: descriptor of a process file system that shows this process
    """
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside[0]} {outside[0]} 1"),
        ("gid_map", f"{inside[1]} {outside[1]} 1"),
    ):
        write_at(proc, f"self/{name}", text)


def write_at(folder: int, name: str, text: str) -> None:
    """Write to a control file below an open folder."""
    descriptor = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def mount(kind: str, target: Path, flags: int, options: str = "") -> None:
    """Mount a new file system of a kind (tmpfs, proc, devpts) on a folder."""
    arguments = (kind.encode(), os.fsencode(target), kind.encode(), flags, options.encode())
    _mount(arguments, f"mount {kind} on {target}")


def bind(source: Path | str, target: Path) -> None:
    """Show a folder or a file, and what is mounted below it, at a second place."""
    arguments = (os.fsencode(source), os.fsencode(target), None, _MS_BIND | _MS_REC, None)
    _mount(arguments, f"bind {source} on {target}")


def private_mounts() -> None:
    """Let no mount made from now on travel to another mount namespace."""
    _mount((None, b"/", None, _MS_REC | _MS_PRIVATE, None), "make mounts private")


def _mount(
    arguments: tuple[bytes | None, bytes, bytes | None, int, bytes | None], what: str
) -> None:
    source, target, kind, flags, options = arguments
    _checked(_libc.mount(source, target, kind, ctypes.c_ulong(flags), options), what)


def read_only(target: Path, *, below: bool = True) -> None:
    """Make a mount, and those below it, read-only and deaf to set-user-id bits."""
    wish = struct.pack("QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    flags = _AT_RECURSIVE if below else 0
    system_call(MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), flags, wish, len(wish))


def pivot_root(root: Path) -> None:
    """Make the mount at `root` the root of this mount namespace, and let go of the old one."""
    os.chdir(root)
    system_call(_PIVOT_ROOT[platform.machine()], b".", b".")
    _checked(_libc.umount2(b".", ctypes.c_int(_MNT_DETACH)), "umount the old root")
    os.chdir("/")


def die_with_parent(signal: int) -> None:
    """Ask for this signal when the parent process ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def disown() -> None:
    """Give this process's files in /proc, its memory among them, to root, whoever it runs as."""
    _prctl(_PR_SET_DUMPABLE, 0)


def own_again() -> None:
    """Own the files in /proc/self after `disown` or a change of user, which gives them to root."""
    _prctl(_PR_SET_DUMPABLE, 1)


def adopt_orphans() -> None:
    """Become the parent of all that descends from this process and loses its own."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def drop_capabilities() -> None:
    """Give up every capability, for good, and every way to gain one by running a program."""
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the last that this kernel knows
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, struct.pack("6I", 0, 0, 0, 0, 0, 0)), "capset")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls(program: bytes) -> None:
    """Put a seccomp filter, in the kernel's own form, on this process and its children."""
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _checked(
        _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), head, 0, 0), "seccomp"
    )


def _prctl(option: int, value: int) -> None:
    zeros = (ctypes.c_ulong(0),) * 3
    _checked(_libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), *zeros), f"prctl {option}")
