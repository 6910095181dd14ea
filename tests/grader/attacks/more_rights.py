"""Becomes root, takes capabilities, lifts limits."""

import os
import resource

done = []
for attempt in (
    lambda: os.setuid(0) if os.getuid() else 1 / 0,
    lambda: os.setgid(0) if os.getgid() else 1 / 0,
    lambda: os.setgroups([0]),
    lambda: os.chroot("/tmp"),
    lambda: os.nice(-5),
    lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6)),
    lambda: open("/proc/sys/kernel/hostname", "w").write("mine"),
    lambda: open("/proc/sysrq-trigger", "w").write("b"),
    lambda: open("/sys/fs/cgroup/memory/memory.limit_in_bytes", "w").write("-1"),
):
    try:
        attempt()
        done.append(attempt)
    except (OSError, ValueError, ZeroDivisionError):
        pass
if done:
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)

# %%
import os

for attempt in (lambda: os.chown("@CANARY@", os.getuid(), -1), lambda: os.chmod("@CANARY@", 0o777), lambda: os.setresuid(0, 0, 0)):
    try:
        attempt()
    except OSError:
        pass
    try:
        open("@CANARY@", "w").write("gone")
    except OSError:
        pass
