import re
from pathlib import Path

import pytest

from lecturekit.explore import modules
from lecturekit.explore.modules import compose, join, read

FILES = sorted(path.name for path in Path(modules.__file__).parent.glob("*.js"))
OWN = [name for name in FILES if "\nexport default " in read(name)]
FIRST = "export function one() {\n  return 1;\n}"
LAST = 'import { one } from "./first.js";\nfunction render() {\n  one();\n}\nexport default { render };'


@pytest.mark.parametrize("module", OWN)
def test_a_composed_module_imports_nothing_and_exports_only_its_default(module):
    lines = compose(module).splitlines()
    assert [line for line in lines if re.match(r"\s*import\b", line)] == []
    assert [line for line in lines if re.match(r"\s*export\b", line)] == ["export default { render };"]


@pytest.mark.parametrize("module", OWN)
def test_a_composed_module_keeps_every_other_line_of_what_it_imports(module):
    composed = compose(module)
    imported = re.findall(r'from "\./([\w./]+)";', read(module))
    assert {"draw.js", "frame.js"} <= set(imported)
    assert any(name.startswith("math/") for name in imported)
    for name in (*imported, module):
        for line in read(name).splitlines():
            if not line.startswith("import"):
                assert (line if line.startswith("export default") else line.removeprefix("export ")) in composed


def test_a_well_kept_pair_is_joined_in_order():
    assert join({"first.js": FIRST, "last.js": LAST}) == (
        "function one() {\n  return 1;\n}\n\nfunction render() {\n  one();\n}\nexport default { render };"
    )


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (FIRST, LAST.replace("./first.js", "./other.js"), r"last.js, line 1: got 'import .* with a module among"),
        (FIRST, LAST.replace("import { one }", "import first"), r"last.js, line 1: got 'import first"),
        (FIRST, LAST.replace("import { one }", "import {\n  one }"), r"last.js, line 1: got 'import \{'"),
        (FIRST, LAST.replace("{ one }", "{ two }"), r"imports \['two'\], which first.js does not declare"),
        (FIRST, LAST.replace("function render", "const one = 2;\nfunction render"), r"last.js: declares \['one'\], as"),
        (FIRST + "\nexport { one };", LAST, r"first.js, line 4: got 'export \{ one \};'"),
        (FIRST + "\nexport default one;", LAST, r"first.js, line 4: got 'export default one;'"),
        (FIRST, LAST.removesuffix("export default { render };"), r"last.js: expected exactly one export default"),
        (FIRST, LAST + "\nexport default 1;", r"last.js: expected exactly one export default"),
    ],
)
def test_a_module_that_breaks_the_convention_is_refused(first, last, message):
    with pytest.raises(ValueError, match=message):
        join({"first.js": first, "last.js": last})
