"""Install a package of Debian's, where this is root on a Debian."""

import os
import shutil
import subprocess
import sys


def install(why: str, *packages: str) -> None:
    """Say why, and install packages. Where this is not root on a Debian, do nothing."""
    if os.geteuid() or not shutil.which("apt-get"):
        return
    print(f"Installing Debian's {packages[0]} for {why}.", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"apt-get {' '.join(command)} failed: {done.stderr.strip()}", file=sys.stderr)
            return
