"""The type of the library's arrays."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats"]

#: An array of float64 of any shape; the docstrings say which.
Floats = NDArray[np.float64]
