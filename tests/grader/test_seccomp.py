"""The filter of system calls, run as the kernel runs it: on any machine, for the calls of each that it is made for.

The numbers are those of asm/unistd.h, x86-64's and then aarch64's; the language is classic BPF, as in linux/filter.h.
"""

import errno
import itertools
import struct

import pytest

from grader.jail.seccomp import seccomp_filter

X86_64, I386, AARCH64, ARM = 0xC000003E, 0x40000003, 0xC00000B7, 0x40000028  # AUDIT_ARCH_… of linux/audit.h
MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}
ALLOWED, PERMITTED_NOT, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
CALLS = range(600)  # all that there are, and more
REFUSED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "setns": (308, 268),
    "shmget": (29, 194),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
# The C library does without these when it is told that there are none.
NOT_THERE = {"clone3": (435, 435), "memfd_create": (319, 279)}
CLONE, SOCKET = (56, 220), (41, 198)
SIGCHLD, THREAD = 17, 0x003D0F00  # what fork and pthread_create ask of clone
NEW = {"cgroup": 1 << 25, "ipc": 1 << 27, "mount": 1 << 17, "net": 1 << 30, "pid": 1 << 29, "user": 1 << 28, "uts": 1 << 26}
FAMILIES = {"AF_UNIX": 1, "AF_NETLINK": 16}
SET_OPTION, BUFFERS, IGNORED = (54, 208), {"SO_SNDBUF": 7, "SO_RCVBUF": 8}, 0x00050000  # without an error


def verdict(machine: str, number: int, argument: int = 0, *, third: int = 0, arch: int | None = None) -> int:
    """What the kernel does about a call: the value that the filter returns for its struct seccomp_data."""
    data = struct.pack("=IIQ6Q", number, arch or MACHINES[machine], 0, argument, 0, third, 0, 0, 0)
    program = list(struct.iter_unpack("=HBBI", seccomp_filter(machine)))
    accumulator = at = 0
    while True:
        code, if_so, if_not, k = program[at]
        match code:
            case 0x20:  # BPF_LD | BPF_W | BPF_ABS
                (accumulator,) = struct.unpack_from("=I", data, k)
                jump = 0
            case 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
                jump = if_so if accumulator == k else if_not
            case 0x35:  # BPF_JMP | BPF_JGE | BPF_K
                jump = if_so if accumulator >= k else if_not
            case 0x45:  # BPF_JMP | BPF_JSET | BPF_K
                jump = if_so if accumulator & k else if_not
            case 0x06:  # BPF_RET | BPF_K
                return k
            case _:
                raise AssertionError(f"no instruction that the filter needs: {code:#x}")
        at += 1 + jump


@pytest.fixture(params=enumerate(MACHINES), ids=lambda param: param[1])
def machine(request) -> tuple[int, str]:
    """The column of a machine in the tables above, and its name."""
    return request.param


def test_the_calls_that_are_named_are_refused_and_no_others(machine):
    column, name = machine
    verdicts = {number: verdict(name, number) for number in CALLS}
    expected = dict.fromkeys(CALLS, ALLOWED)
    expected |= {numbers[column]: PERMITTED_NOT for numbers in REFUSED.values()}
    expected |= {numbers[column]: UNKNOWN for numbers in NOT_THERE.values()}
    expected[SOCKET[column]] = PERMITTED_NOT  # of family 0
    assert verdicts == expected


def test_a_child_and_a_thread_are_allowed_and_a_new_namespace_is_not(machine):
    column, name = machine
    assert {verdict(name, CLONE[column], flags) for flags in (SIGCHLD, THREAD)} == {ALLOWED}
    for new, flags in itertools.product(NEW.values(), (0, SIGCHLD, THREAD)):
        assert verdict(name, CLONE[column], new | flags) == PERMITTED_NOT


def test_sockets_are_of_a_few_families(machine):
    column, name = machine
    allowed = {family for family in range(64) if verdict(name, SOCKET[column], family) == ALLOWED}
    assert allowed == set(FAMILIES.values())
    assert {verdict(name, SOCKET[column], family) for family in set(range(64)) - allowed} == {PERMITTED_NOT}


def test_what_a_socket_holds_is_not_made_larger(machine):
    column, name = machine
    ignored = {option for option in range(80) if verdict(name, SET_OPTION[column], 1, third=option) == IGNORED}
    assert ignored == set(BUFFERS.values())
    assert {verdict(name, SET_OPTION[column], 1, third=option) for option in set(range(80)) - ignored} == {ALLOWED}


def test_there_are_no_calls_of_another_machine(machine):
    _, name = machine
    for arch in {X86_64, I386, AARCH64, ARM} - {MACHINES[name]}:
        assert {verdict(name, number, arch=arch) for number in CALLS} == {UNKNOWN}


def test_there_are_no_x32_calls():
    assert {verdict("x86_64", 1 << 30 | number) for number in CALLS} == {UNKNOWN}


def test_another_machine_is_named():
    with pytest.raises(ValueError, match="riscv64; there is one for x86_64 and aarch64"):
        seccomp_filter("riscv64")
