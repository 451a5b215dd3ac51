"""Which system calls does a locked room have?"""

import sys

import pytest

from autograder.rooms.parents.warm import WarmParent
from tests.autograder.rooms.asking import said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
NAMES = """
ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd mount umount2 pivot_root chroot
move_mount open_tree fsopen fsmount mount_setattr bpf perf_event_open userfaultfd io_uring_setup
io_uring_enter io_uring_register keyctl add_key request_key unshare setns clone3 init_module
finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff open_by_handle_at
name_to_handle_at quotactl acct settimeofday clock_settime adjtimex sethostname personality
memfd_create memfd_secret shmget msgget semget mknodat fanotify_init syslog vhangup iopl ioperm
modify_ldt lookup_dcookie nfsservctl move_pages mbind migrate_pages landlock_restrict_self
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_system_calls(confined: WarmParent, name: str) -> None:
    """Does a dangerous system call exist in a room?"""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number < 0:
        pytest.skip(f"{name} is not of this architecture")
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"answer = libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno()"
    )
    assert said(confined, source) == "(-1, 38)"  # ENOSYS


@pytest.mark.parametrize("flag", [0x80, 0x20000, 0x2000000, 0x10000000, 0x20000000, 0x40000000])
def test_clone_with_namespaces(confined: WarmParent, flag: int) -> None:
    """Can clone() make a namespace where unshare() cannot?"""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, "clone")
    source = (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"child = libc.syscall({number}, {flag} | 17, 0, 0, 0, 0)\n"
        "if child == 0: os._exit(0)\n"
        "answer = child, ctypes.get_errno()"
    )
    assert said(confined, source) == "(-1, 38)"


def test_typing_for_another_terminal(confined: WarmParent) -> None:
    """Can a room put characters into a terminal's input (TIOCSTI)?"""
    source = "import fcntl; fcntl.ioctl(0, 0x5412, b'x')"
    assert said(confined, source) == "OSError: [Errno 38] Function not implemented"
