"""The kernel's system calls that a student's notebook does without, as a filter for ``bwrap --seccomp``.

Refused are new namespaces and mounts (from them come file systems of no limited size), memory that no limit counts, kernel
interfaces with a history of faults, and sockets other than local ones. seccomp(2) and linux/filter.h have the format.
"""

from __future__ import annotations

import errno
import platform
import struct

__all__ = ["seccomp_filter"]

# Architecture's audit number, and the numbers of the calls in asm/unistd.h.
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
REFUSED = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "ptrace": (101, 117),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
}
CLONE, CLONE3, SOCKET, SET_OPTION = (56, 220), (435, 435), (41, 198), (54, 208)
NAMESPACES = 0x7E020000  # the CLONE_NEW* flags
BUFFERS = (7, 8)  # the options that enlarge what a socket holds, of which no limit knows
FAMILIES = (1, 16)  # local ones, and netlink, which looks up addresses: what the buffers of others hold, no limit bounds

LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 32  # offsets in struct seccomp_data
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
REFUSE = ERRNO | errno.EPERM
IGNORE = ERRNO  # says that it is done, and does nothing
UNKNOWN = ERRNO | errno.ENOSYS  # with this answer the C library falls back to older calls


def seccomp_filter(machine: str | None = None) -> bytes:
    """Return the filter for a machine, this one by default.

    Raises
    ------
    ValueError
        If the machine's system calls are not listed here.
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        raise ValueError(f"no filter for the system calls of {machine}; there is one for {' and '.join(MACHINES)}")
    audit, column = MACHINES[machine]
    program = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_EQUAL, 1, 0, audit), (RETURN, 0, 0, UNKNOWN), (LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        program += _when(JUMP_ABOVE, 0x40000000, UNKNOWN)  # the x32 calls, a second set with other numbers
    for numbers in REFUSED.values():
        program += _when(JUMP_EQUAL, numbers[column], UNKNOWN if numbers == REFUSED["memfd_create"] else REFUSE)
    program += _when(JUMP_EQUAL, CLONE3[column], UNKNOWN)  # its flags are out of a filter's reach
    program += [(JUMP_EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    program += [*_when(JUMP_SET, NAMESPACES, REFUSE), (RETURN, 0, 0, ALLOW)]
    program += [(JUMP_EQUAL, 0, 2 * len(BUFFERS) + 2, SET_OPTION[column]), (LOAD, 0, 0, THIRD_ARGUMENT)]
    for option in BUFFERS:
        program += _when(JUMP_EQUAL, option, IGNORE)
    program += [(RETURN, 0, 0, ALLOW)]
    program += [(JUMP_EQUAL, 0, len(FAMILIES) + 2, SOCKET[column]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    program += [(JUMP_EQUAL, len(FAMILIES) - i, 0, family) for i, family in enumerate(FAMILIES)]
    program += [(RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _when(test: int, value: int, verdict: int) -> list[tuple[int, int, int, int]]:
    """Return verdict where the test holds, else go on."""
    return [(test, 0, 1, value), (RETURN, 0, 0, verdict)]
