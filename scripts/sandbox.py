"""Find out whether this machine can lock up notebooks, for the grader. Run as a script: install what that takes.

Any bubblewrap on the PATH will do.
"""

import shutil

from debian import install

from lecturekit.grading.channel import try_out
from lecturekit.grading.sandbox import Jail, Limits, RefusalError


def lacks() -> str | None:
    """Return why this machine cannot lock up notebooks, and what to do; None if it can."""
    try:
        try_out(Jail(Limits(), modules=()))
    except RefusalError as error:
        return str(error)
    return None


if __name__ == "__main__" and not shutil.which("bwrap"):
    install("the grading of notebooks", "bubblewrap")
