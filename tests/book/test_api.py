"""The reference has a page for every module that is for users, and on it every public name."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import lecturekit

MODULES = sorted(module.name for module in pkgutil.iter_modules(lecturekit.__path__) if not module.name.startswith("_"))


def test_every_module_for_users_has_its_page_and_a_line_of_the_summary():
    assert sorted(path.stem for path in Path("chapters/api").glob("*.md")) == MODULES
    summary = Path("chapters/api.md").read_text(encoding="utf-8")
    assert [name for name in MODULES if f"{{ref}}`lecturekit.{name} <api-{name}>`" not in summary] == []


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_on_its_page(name, built):
    module = importlib.import_module(f"lecturekit.{name}")
    page = built[Path(f"chapters/api/{name}.html")]
    for public in module.__all__:
        home = getattr(getattr(module, public), "__module__", module.__name__)
        ids = (f"lecturekit.{name}.{public}", f"{home}.{public}")
        assert any(page.find(id=found) for found in ids), public


def test_what_is_inherited_is_on_the_page_of_who_inherits(built):
    page = built[Path("chapters/api/exact.html")]
    for name in ("ExactPosterior", "StreamedPosterior"):
        for method in ("mean", "sd", "quantile", "cdf", "pdf"):
            assert page.find(id=f"lecturekit.exact.{name}.{method}"), (name, method)
