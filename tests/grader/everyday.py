"""Notebooks as honest students hand them in, and odd files as systems hand them out, with what each deserves.

Each is handed in by a student of its own, whose id is its name. A notebook is made from the right one: the import cell that is
handed out, and a cell for each question.
"""

import io
import json
import zipfile
from dataclasses import dataclass, field

from tests.grader.classroom import POOLED, QUESTIONS, START, WEIGHT, WHY, ipynb

SLOW = "import time\ntime.sleep(100)"


@dataclass(frozen=True)
class Deserved:
    """What a file deserves: the questions that lose points, and for each a part of what the student reads; whether flagged."""

    lost: dict[str, str] = field(default_factory=dict)
    flagged: bool = False


ALL = Deserved()


def refused(remedy: str) -> Deserved:
    """Every question lost, and flagged."""
    return Deserved(dict.fromkeys(QUESTIONS, remedy), flagged=True)


# What stands above, or in, the given import cell, and must cost nothing.
HARMLESS = {
    "seaborn": "import seaborn as sns",
    "pymc": "import pymc as pm",
    "two_missing": "import seaborn as sns\nimport polars as pl",
    "missing_in_a_line": "import os, seaborn, sys",
    "from_missing": "from astroquery.gaia import Gaia",
    "own_module": "import my_helpers",
    "own_module_from": "from my_helpers import plot_all",
    "relative": "from .helpers import plot_all",
    "colab": "import google.colab\nfrom google.colab import drive\ndrive.mount('/content/drive')",
    "colab_files": "from google.colab import files\nuploaded = files.upload()\nfor name in uploaded:\n    print(name)",
    "colab_userdata": "from google.colab import userdata\nkey = userdata.get('KEY')",
    "colab_if": "try:\n    import google.colab\n    COLAB = True\nexcept ImportError:\n    COLAB = False",
    "colab_table": "from google.colab import data_table\ndata_table.enable_dataframe_formatter()",
    "colab_cd": "%cd /content/drive/MyDrive\nimport os\nos.chdir('/content/drive/MyDrive')",
    "colab_title": '#@title Imports { display-mode: "form" }\nname = \'x\' #@param {type:"string"}',
    "kaggle": "import os\nfor folder, _, files in os.walk('/kaggle/input'):\n    print(files)",
    "locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')",
    "user": "import os\nuser = os.environ['USER']",
    "home": "import os\nhome = os.environ['USERPROFILE']",
    "getuser": "import getpass\nuser = getpass.getuser()",
    "login": "import os\nuser = os.getlogin()",
    "host": "import socket\nhost = socket.gethostname()",
    "get_ipython": "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
    "get_ipython_bare": "get_ipython().magic('matplotlib inline')",
    "ipython_display": "from IPython.display import display, Markdown, HTML, Math, Image\ndisplay(Markdown('# x'))",
    "ipython_style": "from IPython.display import HTML\nHTML('<style>.container { width: 100% }</style>')",
    "ipython_picture": "from IPython.display import Image\nImage('plot.png')",
    "clear_output": "from IPython.display import clear_output\nclear_output(wait=True)",
    "interactivity": "from IPython.core.interactiveshell import InteractiveShell\n"
    "InteractiveShell.ast_node_interactivity = 'all'",
    "backend_formats": "import matplotlib_inline.backend_inline as b\nb.set_matplotlib_formats('retina')",
    "input": "name = input('Your name? ')",
    "input_number": "n = int(input('How many? '))",
    "data_file": "import numpy as np\ntable = np.loadtxt('data.csv')",
    "data_file_pandas": "import pandas as pd\ntable = pd.read_csv('../data/stars.csv')",
    "data_open": "with open('notes.txt') as file:\n    notes = file.read()",
    "address": "import urllib.request\npage = urllib.request.urlopen('https://example.org/data.csv').read()",
    "requests": "import requests\nrequests.get('https://example.org')",
    "type_statement": "type Vector = list[float]",
    "generic": "def first[T](items: list[T]) -> T:\n    return items[0]",
    "fstring": 'names = [\'a\']\nprint(f"{", ".join(names)}")',
    "inline": "%matplotlib inline",
    "widget": "%matplotlib widget",
    "notebook": "%matplotlib notebook",
    "config": "%config InlineBackend.figure_format = 'retina'",
    "autoreload": "%load_ext autoreload\n%autoreload 2",
    "pip": "%pip install seaborn",
    "pip_shell": "!pip install -q seaborn\nfiles = !ls\nprint(files)",
    "conda": "%conda install seaborn",
    "timeit": "%timeit sum(range(10))",
    "time_line": "%time total = sum(range(10))",
    "env": "%env OMP_NUM_THREADS=1",
    "who": "%who\n%lsmagic",
    "help": "print?\n?len",
    "run_other": "%run helpers.py",
    "bash": "!mkdir -p plots && ls",
    "style": "import matplotlib.pyplot as plt\nplt.style.use('seaborn-v0_8')",
    "style_missing": "import matplotlib.pyplot as plt\nplt.style.use('my-thesis')",
    "tex": "import matplotlib.pyplot as plt\nplt.rcParams['text.usetex'] = True\nplt.plot([1])\nplt.savefig('a.pdf')",
    "font": "import matplotlib.pyplot as plt\nplt.rcParams['font.family'] = 'Comic Sans MS'",
    "savefig_folder": "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('plots/a.png')",
    "show": "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()",
    "backend": "import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt\nplt.figure()",
    "tqdm": "from tqdm.auto import tqdm\nfor i in tqdm(range(3)):\n    pass",
    "tqdm_notebook": "from tqdm.notebook import tqdm\nfor i in tqdm(range(3)):\n    pass",
    "widgets": "import ipywidgets\nipywidgets.interact(lambda x: x, x=3)",
    "threads": "import threading\nthread = threading.Thread(target=print)\nthread.start()\nthread.join()",
    "pool": "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(2).map(abs, [1]))",
    "processes": "from multiprocessing import Pool\nwith Pool(2) as pool:\n    pool.map(abs, [1])",
    "subprocess": "import subprocess\nsubprocess.run(['git', 'status'], check=True)",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "nest_asyncio": "import nest_asyncio\nnest_asyncio.apply()",
    "future": "from __future__ import annotations\nimport sys",
    "logging": "import logging\nlogging.basicConfig(filename='/var/log/mine.log')",
    "warnings": "import warnings\nwarnings.filterwarnings('ignore')",
    "assertion": "import numpy as np\nassert np.__version__.startswith('1.'), np.__version__",
    "version": "import sys\nif sys.version_info < (3, 14):\n    raise RuntimeError('too old')",
    "old_numpy": "import numpy as np\nx = np.trapz([1, 2])\ny = np.float(1)",
    "printing": "import numpy as np\nnp.set_printoptions(precision=3)\nfor i in range(2000):\n    print(i)",
    "umlauts": "größe = 'Müller, é, 中'\nprint(größe)",
    "pasted": "x\u00a0= 1\nif x:\n\u00a0\u00a0\u00a0\u00a0y\u00a0= 2",
    "tabs": "if True:\n\tx = 1",
    "crlf_cell": "x = 1\r\ny = 2\r\n",
    "semicolons": "import numpy as np;\nx = 1;",
    "comment": "# In [1]: all my imports",
    "last_value": "3 + 4\n_ * 2",
    "unfinished": "x = (1 +\n",
    "wrong_syntax": "for i in range(3) print(i)",
    "own_error": "1 / 0",
    "own_name": "undefined_thing",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass Star:\n    mass: float",
    "pickle": "import pickle\ndata = pickle.load(open('chain.pkl', 'rb'))",
    "tempfile": "import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n    open(f'{folder}/a', 'w').write('x')",
    "sqlite": "import sqlite3\nsqlite3.connect('/nowhere/a.db')",
    "path": "import sys\nsys.path.append('/home/me/code')\nfrom course_tools import setup\nsetup()",
    "doctest": "import doctest\ndoctest.testmod()",
    "unittest": "import unittest\nunittest.main(argv=[''], exit=False)",
    "seed": "import numpy as np\nnp.random.seed(1)\nrng = np.random.default_rng()",
}
# Cells of their own among the right ones, which must cost nothing either.
AMONG = {
    "magic_time": "%%time\ntotal = sum(range(10))",
    "magic_capture": "%%capture out\nprint(1)",
    "magic_bash": "%%bash\nls -l",
    "magic_html": "%%html\n<b>x</b>",
    "magic_latex": "%%latex\n$x$",
    "magic_writefile": "%%writefile notes.py\nx = 3",
    "exit": "exit()",
    "sys_exit": "import sys\nsys.exit('done')",
    "raises": "raise NotImplementedError",
    "empty": "",
    "text_as_code": "I think that the weight is larger for precise stars.",
    "traceback": 'Traceback (most recent call last):\n  File "x.py", line 1',
    "slow": SLOW,
    "hungry": "import numpy as np\nbig = np.zeros(10**12)",
    "recursion": "def f(): return f()\nf()",
    "plots": "import matplotlib.pyplot as plt\nfor i in range(25):\n    plt.figure()",
}
CELL = {
    "vscode": [f"#%%\n{START}", f"# %% [markdown]\n# text\n{WEIGHT}", POOLED, WHY],
    "one_cell": ["\n".join((START, WEIGHT, POOLED, WHY))],
    "stub_kept_above": [START, "def weight(sigma, tau):\n    ...", WEIGHT, POOLED, WHY],
    "stub_again_below": [START, WEIGHT, POOLED, WHY, "def weight(sigma, tau):\n    ..."],
    "choice_stub_below": [START, WEIGHT, POOLED, f"{WHY}\nhomework.check('why', why)", "why = None"],
    "another_name": [START, WEIGHT.replace("def weight", "def w").replace("weight)", "w)"), POOLED, WHY],
    "lambda": [START, "weight = lambda s, t: t**2 / (t**2 + s**2)", POOLED, WHY],
    "id_by_a_name": ["ME = 'whatever they type'\n" + START.replace('"whatever they type"', "ME"), WEIGHT, POOLED, WHY],
    "timed": [START, f"%%time\n{WEIGHT}", POOLED, WHY],
}


def _needs(cell: str, cause: str, question: str = "pooled") -> tuple[list[str], Deserved]:
    """A notebook that needs for one question what is not there: only this one is lost, its cause told, and flagged."""
    cells = {"weight": WEIGHT, "pooled": POOLED, "why": WHY} | {question: cell}
    return [START, *cells.values()], Deserved({question: cause}, flagged=True)


USE = "\ndef pooled(data):\n    return {}"
NEEDED = {
    "needs_module": _needs("import statsmodels.api as sm" + USE.format("sm.WLS(data)"), "no module named statsmodels"),
    "needs_module_inside": _needs(USE.format("__import__('statsmodels').WLS(data)"), "statsmodels"),
    "needs_own_module": _needs("from my_solution import pooled", "Cell 3, line 1: no module named my_solution"),
    "needs_star": _needs("from my_solution import *", "no module named my_solution"),
    "needs_file": _needs("w = np.loadtxt('w.txt')" + USE.format("w"), "w.txt"),
    "needs_chain": _needs("w = np.loadtxt('w.txt')\nv = w**2" + USE.format("v"), "w.txt"),
    "needs_input": _needs("n = int(input())" + USE.format("n"), "where it was graded"),
    "needs_environment": _needs("import os\nn = os.environ['STARS']" + USE.format("n"), "STARS"),
    "needs_address": _needs(
        "import urllib.request\nw = urllib.request.urlopen('http://example.org')" + USE.format("w"), "urlopen error"
    ),
    "needs_version": _needs("w = np.trapz([1.0])" + USE.format("w"), "has no attribute 'trapz'"),
    "needs_version_inside": _needs(USE.format("np.trapz(data['y'])"), "trapz"),
    "needs_keyword": _needs("w = np.sum([1.0], weights=[1])" + USE.format("w"), "unexpected keyword argument"),
    "needs_syntax": _needs("def pooled[T](data: T):\n    return data", "SyntaxError"),
    "needs_run": _needs("%run helpers.py" + USE.format("from_helpers(data)"), "helpers.py"),
    "needs_slow_cell": _needs(f"{SLOW}\n{POOLED}", "timeout"),
    "needs_slow_answer": _needs("import time\ndef pooled(data):\n    time.sleep(100)", "still running"),
    "needs_memory": _needs("w = np.zeros(10**12)" + USE.format("w"), "Cell 3, line 1"),
    "needs_own_error": _needs("w = 1 / 0" + USE.format("w"), "ZeroDivisionError: division by zero"),
    "needs_crash": _needs(f"import os\nos.abort()\n{POOLED}", "Cell 3 was left out (died)"),
    "too_large": _needs("def pooled(data):\n    return list(range(10**6))", "more than any answer needs"),
}
# Mistakes of the student's own: told, and nobody is troubled with them.
OWN = {
    "blank": ([START, "def weight(sigma, tau):\n    ...", POOLED, WHY], {"weight": "It returns `None`"}),
    "blank_without_seaborn": (
        [f"import seaborn as sns\n{START}", "def weight(sigma, tau):\n    ...", POOLED, WHY],
        {"weight": "It returns `None`"},
    ),
    "misconception_without_seaborn": (
        [f"import seaborn as sns\n{START}", "def weight(sigma, tau):\n    return tau / (tau + sigma)", POOLED, WHY],
        {"weight": "standard deviations stand where variances belong"},
    ),
    "raises_itself": ([START, "def weight(sigma, tau):\n    return 1 / 0", POOLED, WHY], {"weight": "division by zero"}),
    "redefined": (
        [START, WEIGHT, POOLED, WHY, "def weight(sigma, tau):\n    return tau"],
        {"weight": "Cells 2 and 5 give `weight`"},
    ),
    "wrong_choice": ([START, WEIGHT, POOLED, "why = ('b', 'i')"], {"why": ""}),
    "numbers": ([START, WEIGHT, "def pooled(data):\n    return 3.0", WHY], {"pooled": "It should return"}),
    "plot_fails": (
        [START, WEIGHT, "def pooled(data):\n    return 3.0", WHY, "import matplotlib.pyplot as plt\nplt.plot([1], [1, 2])"],
        {"pooled": "It should return"},
    ),
}


def right(student: str) -> str:
    """The right notebook of a student."""
    return ipynb(START, WEIGHT, POOLED, WHY, student=student)


def _changed(student: str, **changes: object) -> dict:
    notebook = json.loads(right(student))
    notebook.update(changes)
    return notebook


def _with_outputs(student: str) -> bytes:
    """12 MB of pictures, among them brackets and quotes."""
    notebook = json.loads(right(student))
    notebook["cells"][0]["outputs"] = [
        {"output_type": "display_data", "data": {"image/png": "iVBORw0K" * 1_500_000, "text/html": '<a href="[{\\"">]}'}}
    ]
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"a": [1, {"b": "]"}]}}}
    return json.dumps(notebook).encode()


def _version_3(student: str) -> bytes:
    cells = [
        {"cell_type": "code", "language": "python", "input": cell["source"]} for cell in json.loads(right(student))["cells"]
    ]
    return json.dumps({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}).encode()


def _sources(student: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(right(student))["cells"]]


def _zip(**members: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__DOT__", "."), text)
    return content.getvalue()


def _odd() -> dict[str, tuple[bytes, Deserved]]:
    """Odd files, by name; the student is the name without its endings."""
    light = "\n\n".join
    fences = "\n".join
    percent = "\n# %% [markdown]\n# # Text\n# %%\n".join
    nan = right("nan").replace('"metadata": {}, "nbformat"', '"metadata": {"x": NaN, "y": -Infinity}, "nbformat"')
    found = {
        "outputs.ipynb": (_with_outputs("outputs"), ALL),
        "txt.ipynb.txt": (right("txt").encode(), ALL),
        "json.ipynb.json": (right("json").encode(), ALL),
        "bare.json": (right("bare").encode(), ALL),
        "upper.IPYNB": (right("upper").encode(), ALL),
        "copy (1).ipynb": (right("copy").encode(), ALL),
        "kopie - Kopie.ipynb": (right("kopie").encode(), ALL),
        "spaces in name.ipynb": (right("spaces in name").encode(), ALL),
        "Grüße.ipynb": (right("Grüße").encode(), ALL),
        "nfd_e\u0301.ipynb": (right("nfd_\u00e9").encode(), ALL),
        "version3.ipynb": (_version_3("version3"), ALL),
        "nan.ipynb": (nan.encode(), ALL),
        "bom.ipynb": (b"\xef\xbb\xbf" + right("bom").encode(), ALL),
        "utf16.ipynb": (right("utf16").encode("utf-16"), ALL),
        "utf16le.ipynb": (right("utf16le").encode("utf-16-le"), ALL),
        "latin1.ipynb": (right("latin1").replace('"metadata"', '"größe": 1, "metadata"', 1).encode("latin-1"), ALL),
        "text_sources.ipynb": (
            json.dumps(
                _changed("text_sources", cells=[{"cell_type": "code", "source": s} for s in _sources("text_sources")])
            ).encode(),
            ALL,
        ),
        "no_metadata.ipynb": (json.dumps({"cells": json.loads(right("no_metadata"))["cells"]}).encode(), ALL),
        "percent.py": (f"# %%\n{percent(_sources('percent'))}".encode(), ALL),
        "light.py": (light(_sources("light")).encode(), ALL),
        "script.py.txt": (light(_sources("script")).encode(), ALL),
        "jupytext.md": (fences(f"```python\n{source}\n```\n\ntext\n" for source in _sources("jupytext")).encode(), ALL),
        "myst.md": (fences(f"```{{code-cell}} ipython3\n{source}\n```\n" for source in _sources("myst")).encode(), ALL),
        "quarto.qmd": (fences(f"```{{python}}\n{source}\n```\n" for source in _sources("quarto")).encode(), ALL),
        "crlf.md": (fences(f"```python\n{source}\n```\n" for source in _sources("crlf")).replace("\n", "\r\n").encode(), ALL),
        "zipped.zip": (_zip(homework__DOT__ipynb=right("zipped"), data__DOT__csv="1,2"), ALL),
        "page.html": (b"<!DOCTYPE html><html></html>", refused("It is a web page. Hand in the notebook itself")),
        "page_as.ipynb": (b"<html></html>", refused("It is a web page.")),
        "report.pdf": (b"%PDF-1.7", refused("It is a PDF.")),
        "word.docx": (_zip(word__DOT__xml="x"), refused("It is a zip or an Office file")),
        "rar.rar": (b"Rar!\x1a\x07", refused("It is an archive of a kind that is not read here.")),
        "tar.tar.gz": (b"\x1f\x8b\x08", refused("It is an archive")),
        "empty.ipynb": (b"", refused("The file is empty.")),
        "only_bom.ipynb": (b"\xef\xbb\xbf\n", refused("The file is empty.")),
        "cut.ipynb": (right("cut").encode()[:500], refused("It is not a notebook that can be read")),
        "conflict.ipynb": (b"<<<<<<< HEAD\n" + right("conflict").encode(), refused("Hand in the notebook itself")),
        "letter.txt": (b"Dear teacher, I could not upload it.", refused("its name ends neither in .ipynb nor in .md or .py")),
        "no_code.ipynb": (json.dumps(_changed("no_code", cells=[])).encode(), refused("The notebook has 0 code cells")),
        "picture.png": (b"\x89PNG\r\n\x1a\n", refused("Hand in the notebook itself")),
        "broken.zip": (b"PK\x03\x04", refused("It is a zip or an Office file")),
        "no_notebook.zip": (_zip(a__DOT__csv="1"), refused("Hand in the notebook itself")),
    }
    return found


NOBODYS = (".DS_Store", "._anna.ipynb", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints/anna-checkpoint.ipynb")
NOBODYS += ("__MACOSX/._anna.ipynb", "anna-checkpoint.ipynb", "~$letter.docx", ".~lock.letter.odt#", "__pycache__/a.pyc")


def corpus() -> dict[str, tuple[bytes, Deserved]]:
    """All of it: the file's name, its content, and what it deserves."""
    made: dict[str, tuple[list[str], Deserved]] = {}
    made |= {name: ([f"{snippet}\n{START}", WEIGHT, POOLED, WHY], ALL) for name, snippet in HARMLESS.items()}
    made |= {f"among_{name}": ([START, WEIGHT, cell, POOLED, WHY], ALL) for name, cell in AMONG.items()}
    made |= {name: (cells, ALL) for name, cells in CELL.items()}
    made |= NEEDED
    made |= {name: (cells, Deserved(lost)) for name, (cells, lost) in OWN.items()}
    found = {f"{name}.ipynb": (ipynb(*cells, student=name).encode(), deserved) for name, (cells, deserved) in made.items()}
    return found | _odd()
