"""What a worker makes of a notebook: cells in turn, IPython's syntax, and an answer to each question."""

import time

import numpy as np
import pytest

from grader.jail.channel import Worker
from lecturekit.homework.codec import Other
from lecturekit.homework.result import Problem, Status

pytestmark = [pytest.mark.sandbox, pytest.mark.xdist_group("grader")]


@pytest.fixture(scope="module")
def deadline():
    return time.monotonic() + 600


@pytest.fixture
def worker(jail):
    with Worker(jail, {"cluster": {"y": np.array([1.0, 2.0]), "n": 2}}, "anna") as worker:
        yield worker


def run(worker, deadline, *cells):
    """What failed first in each cell: status, line and error, or None."""
    told = [worker.run_cell(number, source, deadline) for number, source in enumerate(cells, 1)]
    assert not any(isinstance(one, Problem) for one in told)
    return [(one[0]["status"], one[0]["line"], one[0]["error"]) if one else None for one in told]


def failures(worker, deadline, source):
    """All that failed in a cell."""
    return worker.run_cell(1, source, deadline) or []


def test_a_cell_that_raises_does_not_stop_later_ones(worker, deadline):
    problems = run(worker, deadline, "x = 1", "x = 2\ny = 1 / 0", "z = x + 1")
    assert problems[0] is problems[2] is None
    assert problems[1] == ("raised", 2, "ZeroDivisionError: division by zero")
    assert worker.value("z", deadline) == 3


def test_a_function_is_called_with_the_arguments_given(worker, deadline):
    run(worker, deadline, "def f(x, n):\n    return x * n")
    np.testing.assert_array_equal(worker.call("f", (np.array([1.0, 2.0]), 3), deadline), [3.0, 6.0])


def test_what_a_function_raises_names_its_own_line(worker, deadline):
    run(worker, deadline, "\n\ndef f(x):\n    y = x\n    return [y][1]")
    assert worker.call("f", (1,), deadline) == Problem(Status.RAISED, "IndexError: list index out of range (line 3 of f)")


def test_what_is_not_there_is_missing(worker, deadline):
    run(worker, deadline, "f = 3.0")
    assert worker.value("g", deadline) == Problem(Status.MISSING, "`g` is not defined.")
    assert worker.call("f", (1,), deadline) == Problem(Status.MISSING, "`f` is a float, not a function.")


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 3",
        "if True:\n    %config thing\n    x = 3",
        "!ls\nx = 3",
        "files = !ls\nx = 3",
        "%time x = 3",
        "%%time\nx = 3",
        "%%capture out\nx = 3",
        "x = 3\nx?",
        "x = 3\n?x",
        "display(1); x = 3; get_ipython().run_line_magic('ls', ''); get_ipython().kernel",
        "import asyncio\nx = await asyncio.sleep(0, 3)",
        "async def three():\n    return 3\nx = await three()",
        "%matplotlib inline\nx = (10\n% 7)",
        "import numpy as np\n%pip install things\nx = np.int64(3)",
    ],
)
def test_the_syntax_of_notebooks_is_understood(worker, deadline, cell):
    assert run(worker, deadline, cell) == [None]
    assert worker.value("x", deadline) == 3


def test_python_that_is_wrong_is_a_syntax_error(worker, deadline):
    (problem,) = run(worker, deadline, "x = 1\ny = = 2")
    assert problem == ("raised", 2, "SyntaxError: invalid syntax")
    assert worker.value("x", deadline) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "import sys\nsys.exit(3)",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "def f(): f()\nf()",
        "import getpass\ngetpass.getpass()",
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
    ],
)
def test_whatever_a_cell_raises_the_worker_goes_on(worker, deadline, cell):
    problem, rest = run(worker, deadline, cell, "x = 1")
    assert problem[0] == "raised"
    assert rest is None
    assert worker.value("x", deadline) == 1


def test_a_statement_that_fails_costs_itself_and_says_what_it_should_have_given(worker, deadline):
    cell = "import nothing_such as ns, math\nx = 1 / 0\ny, (z, *w) = 2, (3, 4)\ndef f(): return undefined\nf(); v = 5\nu = 6"
    import_, x, call = failures(worker, deadline, cell)
    assert (import_["line"], import_["gives"], import_["machine"]) == (1, ["ns", "math"], True)
    assert (x["line"], x["gives"], x["machine"]) == (2, ["x"], False)
    assert (call["line"], call["gives"]) == (5, [])
    assert [worker.value(name, deadline) for name in "zvu"] == [3, 5, 6]
    assert worker.value("x", deadline) == Problem(Status.MISSING, "`x` is not defined.")


@pytest.mark.parametrize(
    ("cell", "unread", "found"),
    [
        ("x = 1\ntype X = int\nif x:\n    y = 2\nelse:\n    y = 3", [2], {"x": 1, "y": 2}),
        ("def f[T](a: T) -> T:\n    return a\nx = 1", [1], {"x": 1}),
        ("x = (1,\n     2)\ny = (\nz = 3", [3], {"x": [1, 2], "z": 3}),
        ("import os\nx\u00a0= 1\ny = '\u00a0'", [], {"x": 1}),
        ("x = 1\n%matplotlib inline\ny = = 2\nz = 3", [3], {"x": 1, "z": 3}),
        ("from __future__ import annotations\ndef f(a: Undefined): return 3\nx = f(0)", [], {"x": 3}),
    ],
)
def test_what_cannot_be_read_leaves_the_rest_of_the_cell(worker, deadline, cell, unread, found):
    assert [one["line"] for one in failures(worker, deadline, cell)] == unread
    assert {name: worker.value(name, deadline) for name in found} == found


@pytest.mark.parametrize(
    "cell",
    [
        "import os\nos.environ['NOT_THERE']",
        "import locale\nlocale.setlocale(locale.LC_ALL, 'xx_XX')",
        "open('data.csv')",
        "import urllib.request\nurllib.request.urlopen('http://example.org')",
        "import numpy as np\nnp.trapzoid",
        "int(input('How many? '))",
        "name = input()",
        "try:\n    open('data.csv')\nexcept OSError:\n    raise ValueError('no data')",
        "%run helpers.py",
    ],
)
def test_what_may_be_the_machines_fault_is_known(worker, deadline, cell):
    *_, failure = failures(worker, deadline, cell)
    assert failure["machine"] is True


def test_a_mistake_of_ones_own_is_not_the_machines(worker, deadline):
    cells = ["1 / 0", "{}['a']", "undefined", "[].nothing", "raise ValueError('no')", "int('a')", "len()"]
    assert [failures(worker, deadline, cell)[0]["machine"] for cell in cells] == [False] * len(cells)


@pytest.mark.parametrize(
    "cell",
    [
        "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "from IPython.display import *\ndisplay(Markdown('x'), HTML('y')); clear_output(wait=True)",
        "import IPython\nIPython.display.display(1); IPython.__version__.split('.')",
        "from IPython.core.magic import register_line_magic",
        "import google.colab\nfrom google.colab import drive, files\ndrive.mount('/content/drive'); list(files.upload())",
        "import os, getpass\nos.environ['USER'], getpass.getuser()",
        "import matplotlib.pyplot as plt, IPython\nplt.plot([1]); plt.show()",
        "import ipywidgets, tqdm.auto\nipywidgets.IntSlider(); [i for i in tqdm.auto.tqdm(range(3))]",
        "'IPKernelApp' in get_ipython().config",
    ],
)
def test_what_jupyter_and_colab_have_harms_no_one_here(worker, deadline, cell):
    assert failures(worker, deadline, cell) == []


def test_a_module_that_a_cell_writes_can_be_imported(worker, deadline):
    assert run(worker, deadline, "%%writefile own.py\nx = 3", "import own\nx = own.x") == [None, None]
    assert worker.value("x", deadline) == 3


def test_what_was_checked_last_is_kept(worker, deadline):
    cell = "from lecturekit.homework import Homework\nhomework = Homework('90')\nhomework.check('f', 3)\nhomework.check('f', 4)"
    assert run(worker, deadline, cell) == [None]
    assert worker.value("f", deadline, checked=True) == 4
    assert worker.value("g", deadline, checked=True).status == "missing"


def test_printing_without_end_ends_in_time(strict, deadline):
    with Worker(strict, {}, "anna") as worker:
        problem, rest = run(worker, deadline, "while True: print('x' * 10_000)", "x = 1")
    assert problem == ("timeout", 1, "after 2 s")
    assert rest is None


def test_a_figure_is_drawn_and_thrown_away(worker, deadline):
    cell = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nbackend = plt.get_backend()"
    assert run(worker, deadline, cell) == [None]
    assert worker.value("backend", deadline).lower() == "agg"


def test_the_notebook_gets_the_students_data_and_no_answers(worker, deadline):
    cells = (
        "from lecturekit.homework import Homework\nhomework = Homework('90', student='your id here')",
        "data = homework.data('cluster')\nshape = data['y'].shape",
        "shown = homework.check('f', 1), homework.score(), bool(homework.check('f', 1)), homework.check('f', 1).points",
        "import lecturekit.homework as homework_\nfound = sorted(name for name in dir(homework_) if name[0] != '_')",
        "from grader.author.questions import Function",
    )
    *problems, refused = run(worker, deadline, *cells)
    assert problems == [None] * 4
    assert refused[2].startswith("ModuleNotFoundError")
    assert worker.value("shape", deadline) == [2]
    assert worker.value("shown", deadline) == [Other("Silent"), Other("Silent"), True, None]
    assert worker.value("found", deadline) == ["Homework"]


def test_lecturekit_itself_can_be_imported(worker, deadline):
    cell = "from lecturekit.measurements import Measurements\nJ = len(Measurements([1, 2], [1, 1]))"
    assert run(worker, deadline, cell) == [None]
    assert worker.value("J", deadline) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("while True: pass", "timeout"),
        ("return bytearray(10**10)", "memory"),
        ("return [0] * 10**6", "too large"),
        ("return 10**9000", "too large"),
        ("raise ValueError('no')", "raised"),
    ],
)
def test_a_function_that_does_not_answer_leaves_the_others_answerable(strict, deadline, body, status):
    with Worker(strict, {}, "anna") as worker:
        run(worker, deadline, f"def f():\n    {body}", "x = 1")
        assert worker.call("f", (), deadline).status == status
        assert worker.value("x", deadline) == 1


def test_the_order_of_a_set_is_the_same_each_time(jail, deadline):
    orders = []
    for _ in range(3):
        with Worker(jail, {}, "anna") as worker:
            run(worker, deadline, "order = list({'mu', 'tau', 'theta', 'eta', 'sigma'})")
            orders.append(worker.value("order", deadline))
    assert orders[0] == orders[1] == orders[2]
