"""What lies in a folder of submissions, whatever it is."""

import gzip
import json
import os
import zipfile

import pytest

from grader.classroom.formats import cells, imports, typed_id
from grader.classroom.handed_in import find
from grader.classroom.roster import read_roster
from grader.classroom.submissions import MAX_BYTES, File, Submission, read
from lecturekit.homework.result import Problem, Status
from tests.grader.classroom import RIGHT, ipynb


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    return folder


def problem(folder, name: str) -> Problem:
    """Why the file of that name is not graded."""
    content = read(Submission("anna", File((name,), folder / name)))
    found = content if isinstance(content, Problem) else cells(content, name)
    assert isinstance(found, Problem)
    return found


def test_each_name_is_a_submission_in_the_order_of_names(folder):
    for name in ("bo.ipynb", "Anna.ipynb", "carl.md", ".hidden", "notes.txt"):
        (folder / name).touch()
    (folder / "nested").mkdir()
    (folder / ".ipynb_checkpoints").mkdir()
    found = find(folder, "90")
    assert [one.name for one in found] == ["Anna.ipynb", "bo.ipynb", "carl.md", "nested", "notes.txt"]
    assert [one.student for one in found] == ["Anna", "bo", "carl", "nested", "notes"]


def test_of_two_files_of_a_student_the_newest_counts_and_a_person_is_told(folder):
    for time, name in enumerate(("anna.md", "anna.ipynb", "bo.ipynb")):
        (folder / name).touch()
        os.utime(folder / name, (time, time))
    anna, bo = find(folder, "90")
    assert (anna.name, anna.human, bo.note) == ("anna.ipynb", True, "")
    assert anna.note == "Of 2 notebooks the newest counts, anna.ipynb, and not anna.md."


def test_a_roster_names_students_by_file_or_by_name(folder, tmp_path):
    for name in ("upload_1.ipynb", "Bo.ipynb", "stranger.ipynb"):
        (folder / name).touch()
    roster = tmp_path / "roster.csv"
    roster.write_text("student,file\nanna,upload_1.ipynb\nbo,\nzoe,\ncarl,upload_9.ipynb\n")
    found = {(one.name, one.student, one.note) for one in find(folder, "90", read_roster(roster))}
    assert found == {
        ("upload_1.ipynb", "anna", ""),
        ("Bo.ipynb", "bo", ""),
        ("stranger.ipynb", "stranger", "Not on the roster."),
        ("", "carl", ""),
        ("", "zoe", ""),
    }


def test_who_handed_nothing_in_is_missing():
    assert read(Submission("zoe", None)) == Problem(Status.MISSING, "No file was handed in.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nanna\n", "no column `student`"),
        ("", "no column `student`"),
        ("student\nanna\nanna\n", "names 'anna' twice"),
        ("student,file\nanna,x.ipynb\nbo,x.ipynb\n", r"names 'x\.ipynb' twice"),
        ("student,file\n,x.ipynb\n", "a line without a student"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_roster_that_cannot_be_meant_is_refused(tmp_path, text, message):
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=message):
        read_roster(path)


def test_a_folder_or_roster_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"submissions: .*nowhere cannot be read"):
        find(tmp_path / "nowhere", "90")
    with pytest.raises(ValueError, match=r"roster: .*nowhere\.csv cannot be read"):
        read_roster(tmp_path / "nowhere.csv")


def test_links_are_not_followed_and_what_is_no_file_is_not_read(folder, tmp_path):
    secret = tmp_path / "other.ipynb"
    secret.write_text(ipynb(*RIGHT))
    (folder / "link.ipynb").symlink_to(secret)
    (folder / "broken.ipynb").symlink_to(tmp_path / "nowhere")
    (folder / "loop.ipynb").symlink_to("loop.ipynb")
    (folder / "folder.ipynb").mkdir()
    (folder / "device.ipynb").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.ipynb")
    for name in ("link", "broken", "loop", "device"):
        assert problem(folder, f"{name}.ipynb") == Problem(Status.UNREADABLE, "It is a link.")
    for name in ("folder", "pipe"):
        assert problem(folder, f"{name}.ipynb") == Problem(
            Status.UNREADABLE, "It is a folder without a notebook, or a device, not a file."
        )


def test_enormous_files_are_not_read_to_their_end(folder):
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room
    assert problem(folder, "huge.ipynb") == Problem(Status.TOO_LARGE, "The file has more than 64 MB.")


def test_bombs_are_not_unpacked(folder):
    zeros = b"0" * MAX_BYTES
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("anna.ipynb", zeros)
    (folder / "bomb.ipynb").write_bytes((folder / "bomb.zip").read_bytes())
    (folder / "gzip.ipynb").write_bytes(gzip.compress(zeros))
    for name in ("bomb.zip", "bomb.ipynb", "gzip.ipynb"):
        assert problem(folder, name).status == Status.UNREADABLE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (b"{", "It is not a notebook that can be read"),
        (b"\x00\x01\x02", "It is not a notebook that can be read"),
        (b"\xff" * 100, "It is not a notebook that can be read"),
        (b"[" * 1_000_000, "nested too deep"),
        (b'{"cells": ' * 100_000, "nested too deep"),
        (b"[]", "it has no list of cells"),
        (b'"cells"', "The notebook has 0 code cells"),
        (b'{"cells": %s}' % (b"1" * 9000), "9000 digits"),
        (b'{"cells": 3}', "it has no list of cells"),
        (b'{"cells": [3]}', "a cell is not a dict"),
        (b'{"cells": [{"cell_type": "code", "source": [3]}]}', "a cell's source is not text"),
        (b'{"cells": [{"cell_type": "code", "source": {"a": 1}}]}', "a cell's source is not text"),
        (b'{"cells": []}', "The notebook has 0 code cells"),
        (json.dumps({"cells": [{"cell_type": "code", "source": "x"}] * 2000}).encode(), "The notebook has 2000 code cells"),
        (b'{"cells": NaN}', "it has no list of cells"),
        (b"<html>Your session has expired</html>", "It is a web page. Hand in the notebook itself"),
        (b"%PDF-1.7", "It is a PDF. Hand in the notebook itself"),
        (b"PK\x03\x04", "It is a zip or an Office file"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_notebook_is_unreadable_and_says_why(content, reason):
    found = cells(content, "anna.ipynb")
    assert isinstance(found, Problem)
    assert found.status == Status.UNREADABLE
    assert reason in found.note


def test_other_files_are_no_notebooks():
    assert "neither in .ipynb nor in .md" in cells(b"dear teacher", "anna.txt").note


def test_the_cells_of_a_jupyter_notebook_are_its_code():
    content = json.loads(ipynb("x = 1\ny = 2", "z = 3"))
    content["cells"].insert(1, {"cell_type": "markdown", "source": "not code"})
    content["cells"].append({"cell_type": "code", "source": "w = 4"})
    text = "\ufeff" + json.dumps(content)
    assert cells(text.encode(), "anna.ipynb") == ["x = 1\ny = 2", "z = 3", "w = 4"]


def test_the_cells_of_a_myst_notebook_are_its_code():
    text = """---
kernelspec: {name: python3}
---
# Text
```python
not_a_cell = 1
```
```{code-cell} ipython3
:tags: [hide-input]

x = 1
```
````{code-cell}
---
tags: [a]
---
y = '''
```
'''
````
```{code-cell}
z = 3
"""
    assert cells(text.replace("\n", "\r\n").encode(), "anna.md") == ["\nx = 1", "y = '''\n```\n'''"]


def test_a_notebook_of_fences_without_end_is_read_at_once():
    text = "```{code-cell}\n" * 500_000
    assert cells(text.encode(), "anna.md") == Problem(Status.UNREADABLE, "The notebook has 0 code cells; expected 1 to 1000.")


def test_the_modules_that_a_notebook_imports_are_known():
    text = "```{code-cell}\nimport numpy as np\nfrom scipy import stats\n\nfrom lecturekit.homework import Homework\n```\n"
    assert imports(text.encode()) == ("numpy", "scipy", "lecturekit.homework")


def test_odd_names_become_one_line_that_can_be_shown(folder):
    names = ["new\nline.ipynb", "=1+1.ipynb", "<script>.ipynb", "ü.ipynb", "a" * 240 + ".ipynb", "-rf.ipynb", "..ipynb"]
    for name in names:
        (folder / name).touch()
    with open(os.fsencode(folder) + b"/bytes\xff.ipynb", "wb"):
        pass
    found = find(folder, "90")
    assert len(found) == len(names) + 1
    assert all(one.student.isprintable() for one in found)
    assert {"new\\x0aline", "bytes\\xdcff", "ü", "=1+1"} <= {one.student for one in found}


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ('homework = Homework("03", student="anna")', "anna"),
        ("hw = lecturekit.homework.Homework('03',\n    student = 'Anna B.')", "Anna B."),
        ('homework = Homework("03", student=ME)', None),
        ("homework = None", None),
    ],
)
def test_the_id_that_was_typed_is_found(source, typed):
    assert typed_id(["x = 1", source]) == typed
