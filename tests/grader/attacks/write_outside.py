"""Writes to a file of the instructor's, by its path and through links."""

import os
import subprocess

for path in ("@CANARY@", "/proc/1/root@CANARY@", "/proc/self/root@CANARY@", "/proc/@PID@/root@CANARY@", "/../@CANARY@"):
    try:
        open(path, "w").write("gone")
    except OSError:
        pass
    try:
        os.symlink(path, "/tmp/link")
        open("/tmp/link", "w").write("gone")
    except OSError:
        pass
    try:
        os.remove("/tmp/link")
    except OSError:
        pass
try:
    os.remove("@CANARY@")
except OSError:
    pass
subprocess.run("echo gone > @CANARY@; rm -rf @SUBMISSIONS@ @EXERCISES@", shell=True, stderr=subprocess.DEVNULL)
