"""What learning management systems hand out: whose each file is, and which of them counts."""

import io
import os
import zipfile

import pytest

from grader.classroom.handed_in import find
from grader.classroom.roster import Roster, Student, read_roster
from grader.classroom.submissions import compared, files, identified, read
from tests.grader.everyday import NOBODYS, right


def made(folder, names, content=None):
    """The folder with files of these names."""
    for time, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(right("anna") if content is None else content)
        os.utime(path, (time, time))
    return folder


def zipped(path, names, content=b"{}"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def who(folder, roster=None):
    return {one.student: one.name.rpartition("/")[2] for one in find(folder, "90", roster)}


MOODLE = ["Anna Müller_4711_assignsubmission_file_/03_shrinkage.ipynb", "Bo Ek_4712_assignsubmission_file_/my work/hw.ipynb"]
CANVAS = ["mulleranna_12345_67890_03_shrinkage.ipynb", "ekbo_LATE_12346_67891_03_shrinkage-1.ipynb"]
ILIAS = ["Abgaben/Müller_Anna_amueller_501/20251101120000_hw.ipynb", "Abgaben/Ek_Bo_bek_502/20251101130000_hw.ipynb"]
BLACKBOARD = ["Homework 3_amueller_attempt_2025-11-01-12-00-00_hw.ipynb", "Homework 3_bek_attempt_2025-11-01-12-30-00_hw.ipynb"]
SYSTEMS = {
    "moodle": (MOODLE, {"Anna Müller": "03_shrinkage.ipynb", "Bo Ek": "hw.ipynb"}),
    "moodle_flat": (
        ["Anna Müller_4711_assignsubmission_file_a.ipynb", "Bo Ek_4712_assignsubmission_file_b.ipynb"],
        {"Anna Müller": "Anna Müller_4711_assignsubmission_file_a.ipynb", "Bo Ek": "Bo Ek_4712_assignsubmission_file_b.ipynb"},
    ),
    "canvas": (CANVAS, {"mulleranna": CANVAS[0], "ekbo": CANVAS[1]}),
    "ilias": (ILIAS, {"amueller": "20251101120000_hw.ipynb", "bek": "20251101130000_hw.ipynb"}),
    "blackboard": (
        [*BLACKBOARD, "Homework 3_bek_attempt_2025-11-01-12-30-00.txt"],
        {"amueller": BLACKBOARD[0], "bek": BLACKBOARD[1]},
    ),
    "folders": (["anna/hw.ipynb", "bo/work/hw.ipynb", "bo/data.csv"], {"anna": "hw.ipynb", "bo": "hw.ipynb"}),
    "flat": (["anna.ipynb", "bo.ipynb"], {"anna": "anna.ipynb", "bo": "bo.ipynb"}),
}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("form", ["folder", "wrapped", "zip", "zip_in_folder"])
def test_each_student_is_found_in_each_form(tmp_path, system, form):
    names, expected = SYSTEMS[system]
    root = tmp_path / "submissions"
    match form:
        case "folder":
            made(root, [*names, *NOBODYS])
        case "wrapped":
            made(root / "Homework 3", [*names, *NOBODYS])
        case "zip":
            root = zipped(tmp_path / "submissions.zip", [*names, *NOBODYS])
        case "zip_in_folder":
            zipped(root / "download.zip", [*names, *NOBODYS])
    assert who(root) == expected


def test_gradescope_says_who_handed_in_which_folder(tmp_path):
    folder = made(tmp_path / "assignment_9_export", ["submission_1/hw.ipynb", "submission_2/hw.ipynb"])
    people = "submission_{}:\n  :submitters:\n  - :name: {}\n    :sid: '{}'\n    :email: {}@example.org\n"
    (folder / "submission_metadata.yml").write_text(people.format(1, "Anna", 77, "anna") + people.format(2, "Bo", 78, "bo"))
    assert who(tmp_path) == {"77": "hw.ipynb", "78": "hw.ipynb"}


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        (["a_1_20_hw-2.ipynb", "a_1_10_hw.ipynb", "a_1_15_hw-1.ipynb"], "a_1_20_hw-2.ipynb"),
        ([BLACKBOARD[0].replace("12-00", "13-00"), BLACKBOARD[0]], BLACKBOARD[0].replace("12-00", "13-00")),
        (["M_A_am_5/20251102000000_hw.ipynb", "M_A_am_5/20251101000000_hw.ipynb"], "20251102000000_hw.ipynb"),
        (["anna (2).ipynb", "anna.ipynb", "anna (1).ipynb"], "anna (2).ipynb"),
        (["anna.ipynb", "anna.md"], "anna.md"),
        (["anna/b.ipynb", "anna/a.ipynb", "bo/b.ipynb"], "a.ipynb"),
    ],
)
def test_of_several_the_newest_counts_with_a_word(tmp_path, names, newest):
    first = find(made(tmp_path, names), "90")[0]
    assert first.name.endswith(newest)
    assert f"the newest counts, {first.name}, and not " in first.note


def test_a_notebook_of_another_homework_is_left_aside(tmp_path):
    made(tmp_path, ["anna/90.ipynb", "bo/90.ipynb"])
    made(tmp_path, ["anna/03.ipynb"], right("anna").replace("90", "03"))
    os.utime(tmp_path / "anna" / "03.ipynb", (9, 9))
    anna, _ = find(tmp_path, "90")
    assert (anna.student, anna.name, anna.note) == ("anna", "anna/90.ipynb", "")


def test_late_is_said(tmp_path):
    assert [one.note for one in find(made(tmp_path, CANVAS), "90")] == ["Handed in late.", ""]


def test_nobody_is_graded_who_has_handed_in_nothing(tmp_path):
    with pytest.raises(ValueError, match="holds no file that somebody handed in"):
        find(made(tmp_path, NOBODYS), "90")


def test_what_the_grader_has_written_is_nobodys(tmp_path):
    made(
        tmp_path,
        ["anna.ipynb", "first.csv", "first.html", "first.journal", "feedback/anna.html", "first-moodle.csv", "bo.json"],
    )
    (tmp_path / "first.json").write_text('{"seed": 1, "questions": "", "sandbox": true}')
    assert list(who(tmp_path)) == ["anna", "bo"]


def test_hostile_zips_are_read_in_memory_and_with_measure(tmp_path):
    before = set(tmp_path.parent.rglob("*"))
    with zipfile.ZipFile(tmp_path / "anna.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escape.ipynb", right("anna"))
        archive.writestr("/etc/escape.py", "x = 1")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hw.ipynb", b"0" * 70_000_000)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("hw.ipynb", right("deep"))
    zipped(tmp_path / "deep.zip", ["inner.zip"], inner.getvalue())
    anna, bomb, deep = find(tmp_path, "90")
    assert anna.name == "anna.zip/escape.ipynb"
    assert "more than 64 MB" in read(bomb).note
    assert deep.name == "deep.zip/inner.zip/hw.ipynb"
    assert read(deep) == right("deep").encode()
    new = {path.name for path in set(tmp_path.parent.rglob("*")) - before}
    assert new == {"anna.zip", "bomb.zip", "deep.zip"}


def test_a_damaged_or_locked_zip_says_so(tmp_path):
    path = zipped(tmp_path / "anna.zip", ["hw.ipynb"], b"x" * 1000)
    path.write_bytes(path.read_bytes().replace(b"x" * 1000, b"y" * 1000))
    (anna,) = find(tmp_path, "90")
    assert "The zip that it lies in" in read(anna).note


def test_more_files_than_a_class_hands_in_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.classroom.submissions.MAX_FILES", 3)
    with pytest.raises(ValueError, match="more than 3 files"):
        files(made(tmp_path, [f"{i}.ipynb" for i in range(4)]))


@pytest.mark.parametrize(
    ("typed", "flagged"), [("anna", False), (" Anna ", False), ("Grüße", True), ("bo", True), (None, False)]
)
def test_the_typed_id_is_compared_with_the_files(tmp_path, typed, flagged):
    (anna,) = find(made(tmp_path, ["anna.ipynb"]), "90")
    found = identified(anna, typed)
    assert found.human is flagged
    assert (f'The id in the notebook is "{typed}", not "anna"' in found.note) is flagged


def test_ids_are_compared_in_one_form_of_unicode(tmp_path):
    (found,) = find(made(tmp_path, ["Gru\u0308ße.ipynb"]), "90")
    assert not identified(found, "Gr\u00fcße").human


def test_what_a_system_calls_a_student_is_no_id_but_the_rosters_are(tmp_path):
    made(tmp_path, CANVAS)
    assert not any(identified(one, "amueller").human for one in find(tmp_path, "90"))
    anna = Student("amueller", frozenset({"amueller", "12345"}))
    bo, mulleranna = find(tmp_path, "90", Roster((anna,), "canvas"))
    assert (mulleranna.student, identified(mulleranna, "amueller").note) == ("amueller", "")
    assert identified(mulleranna, "bek").human
    assert "Not on the roster." in bo.note


def test_of_two_students_of_one_name_the_typed_id_tells(tmp_path):
    made(tmp_path, [MOODLE[0]], right("anna2"))
    roster = Roster(
        tuple(Student(one, frozenset({one}), frozenset({"annamuller"}), line=i) for i, one in enumerate(("anna1", "anna2")))
    )
    assert [one.student for one in find(tmp_path, "90", roster)] == ["anna2", "anna1"]


HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 3 (981)\n    Points Possible,,,,,7\n"
CANVAS_EXPORT = HEAD + '"Müller, Anna",12345,s-1,amueller,A,\n"Ek, Bo",12346,s-2,bek,A,\n"Student, Test",99,,,A,\n'
MOODLE_EXPORT = (
    "First name,Surname,ID number,Email address,Assignment: Homework 3 (Real)\nAnna,Müller,s-1,amueller@example.org,-\n"
)
MOODLE_EXPORT += "Bo,Ek,s-2,bek@example.org,-\n"
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade\nParticipant 4711,Anna Müller,amueller@example.org,,,7\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["student,file", "Student,File", " STUDENT ,FILE"])
def test_a_roster_of_ones_own_is_read_as_excel_makes_it(tmp_path, encoding, delimiter, head):
    path = tmp_path / "roster.csv"
    text = f"{head}\r\nMüller,x.ipynb\r\nbo,\r\n,\r\n".replace(",", delimiter)
    path.write_bytes(text.encode(encoding))
    assert [(one.student, one.file) for one in read_roster(path).students] == [("Müller", "x.ipynb"), ("bo", "")]


@pytest.mark.parametrize(
    ("text", "kind", "students", "names"),
    [
        (CANVAS_EXPORT, "canvas", ["amueller", "bek"], CANVAS),
        (MOODLE_EXPORT, "moodle", ["s-1", "s-2"], MOODLE),
        (WORKSHEET, "moodle", ["amueller@example.org"], MOODLE[:1]),
    ],
)
def test_the_gradebook_that_a_system_exports_is_a_roster(tmp_path, text, kind, students, names):
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8-sig")
    roster = read_roster(path)
    assert (roster.kind, [one.student for one in roster.students]) == (kind, students)
    found = find(made(tmp_path / "submissions", names), "90", roster)
    assert {one.student for one in found} == set(students)
    assert not any(one.human for one in found)
    assert compared("amueller") in roster.students[0].ids
