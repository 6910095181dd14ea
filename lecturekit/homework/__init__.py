"""The student's half of the homework: data of one's own, an answer to every check at once, and a score.

A student needs `Homework` alone. Nothing here imports the rest of lecturekit.
"""

from .homework import Homework

__all__ = ["Homework"]
