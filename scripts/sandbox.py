"""Find out whether bubblewrap works here, in which the grader locks up notebooks. Run as a script: install it if possible."""

import shutil
import subprocess

from scripts.debian import install

REMEDY = "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
PERMIT = "the README's section on grading says how to give it the permission"


def lacks() -> str | None:
    """Return why notebooks cannot be locked up on this machine, and what to do; None if they can."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return f"bubblewrap was not found; {REMEDY}"
    # Of the grader's own code nothing is in here, so that a fault in that shows as a test that fails.
    command = [bubblewrap, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    done = subprocess.run(command, capture_output=True, text=True)
    return f"bubblewrap fails ({done.stderr.strip()}); {PERMIT}" if done.returncode else None


if __name__ == "__main__" and not shutil.which("bwrap"):
    install("the grading of notebooks", "bubblewrap")
