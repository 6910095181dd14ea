"""Find lecturekit, the course's library: installed, or in a clone around this notebook."""

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("lecturekit") is None:
    sys.path += [str(folder) for folder in Path.cwd().parents if (folder / "lecturekit" / "__init__.py").is_file()][:1]
if importlib.util.find_spec("lecturekit") is None:
    raise ModuleNotFoundError("lecturekit is missing. In a clone of the course run `pip install .`, then restart the kernel.")
