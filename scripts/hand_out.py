"""Copy the homework's notebooks into chapters/my-homework, each unless there is something of its name already.

``make lab`` runs this. The folder is the student's: nothing in it is ever changed or removed. A hidden folder in it keeps
what was handed out, so that it can be told when a notebook has changed since.
"""

from collections.abc import Iterator
from pathlib import Path

from grader.author.notebooks import notebook_text

STUDENTS = Path("chapters", "my-homework")
HANDED_OUT = ".handed-out"
# Here builds once wrote the notebooks, and here people answered them.
EARLIER = Path("chapters", "homework")


def notebooks_to_hand_out() -> dict[str, str]:
    """Return the text of every homework's notebook, by its file's name."""
    return {f"{folder.name}.ipynb": notebook_text(folder) for folder in sorted(Path("exercises").glob("[0-9][0-9]_*"))}


def hand_out(notebooks: dict[str, str], folder: Path) -> Iterator[str]:
    """Copy the notebooks, name -> text, that the folder has not yet. Yield what there is to say about them, line by line."""
    handed_out = folder / HANDED_OUT
    handed_out.mkdir(parents=True, exist_ok=True)
    copied, changed = [], []
    for name, text in notebooks.items():
        kept = handed_out / name
        if is_new := created(folder / name, text):
            copied.append(name)
        if is_new or not kept.exists():
            kept.write_text(text, encoding="utf-8")
        elif kept.read_text(encoding="utf-8") != text:
            changed.append(name)
    yield f"The homework is in {folder}: {f'{listed(copied)} copied there' if copied else 'every notebook was there already'}."
    if changed:
        yield f"Changed since you got it: {listed(changed)}. Yours stays. For the new one, rename yours and run make lab again."


def created(path: Path, text: str) -> bool:
    """Write a file if there is nothing of its name, and return whether there was not."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def earlier_work(notebooks: dict[str, str], folder: Path) -> list[str]:
    """Return what is in the folder where people once worked, less the pages and the blank notebooks that builds wrote there."""
    if not folder.is_dir():
        return []
    pages = set(folder.glob("[0-9][0-9]-*.md"))
    files = (path for path in folder.iterdir() if path.is_file() and path not in pages)
    return sorted(path.name for path in files if path.read_bytes() != notebooks.get(path.name, "").encode())


def listed(names: list[str]) -> str:
    """Return names as a sentence lists them."""
    return ", ".join(names)


if __name__ == "__main__":
    notebooks = notebooks_to_hand_out()
    for line in hand_out(notebooks, STUDENTS):
        print(line)
    if found := earlier_work(notebooks, EARLIER):
        print(f"Earlier work is in {EARLIER}: {listed(found)}. It stays there. Move to {STUDENTS} what you want to go on with.")
