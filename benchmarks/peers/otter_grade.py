"""Grade notebooks one after the other by otter's own API, into a table. Runs in the peers' environment.

Arguments: the autograder's zip file, the table, and the notebooks, each in a folder with its student's
name.
"""

import csv
import sys
from pathlib import Path

from otter.api import grade_submission

autograder, table, *notebooks = map(Path, sys.argv[1:])
rows = []
for notebook in notebooks:
    points, problem = "", ""
    try:
        results = grade_submission(str(notebook), str(autograder), quiet=True)
        points = results.total
        if results.has_catastrophic_failure():
            problem = repr(results.catastrophic_error)
    except Exception as error:  # noqa: BLE001 (whatever otter raises is what it says about this notebook)
        problem = repr(error)
    rows.append((notebook.parent.name, points, problem))
with table.open("w", newline="") as file:
    csv.writer(file).writerows([("student", "points", "problem"), *rows])
