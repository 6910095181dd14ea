"""The reference holds every public name of lecturekit."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import lecturekit

# Numerical machinery beneath `exact`, and what is not for readers of the book.
LEFT_OUT = {"arrays", "cluster", "grading", "kronrod", "mixture", "quadrature", "sums"}
MODULES = sorted({module.name for module in pkgutil.iter_modules(lecturekit.__path__)} - LEFT_OUT)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_in_the_reference(name, built):
    page = built[Path("chapters/api.html")]
    module = importlib.import_module(f"lecturekit.{name}")
    # A name that a module passes on is found where it is defined.
    homes = {f"lecturekit.{name}", *(f"lecturekit.{other}" for other in MODULES)}
    for public in module.__all__:
        assert any(page.find(id=f"{home}.{public}") for home in homes), public
