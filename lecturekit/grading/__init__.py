"""Homework: questions that know the usual mistakes, feedback in the student's notebook, and the grading of a class.

A student needs `Homework` alone. Nothing here imports the rest of lecturekit.
"""

from .homework import Homework

__all__ = ["Homework"]
