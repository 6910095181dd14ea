"""Copy notebooks for a person to work in: the homework's into chapters/my-homework, the book's into chapters/my-chapters.

``make lab`` and Binder run this. Both folders are the person's: nothing that somebody has changed there is changed or removed.
A hidden folder in each keeps what was handed out. It tells when a notebook has changed since, and whether the person's copy
has: a chapter of which nobody has changed a byte is renewed.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from grader.author.notebooks import notebook_text

STUDENTS = Path("chapters", "my-homework")
CHAPTERS = Path("chapters", "my-chapters")
# Where the build writes the chapters' notebooks.
BUILT = Path("_build", "html", "chapters")
HANDED_OUT = ".handed-out"
# Here builds once wrote the notebooks, and here people answered them.
EARLIER = Path("chapters", "homework")


def notebooks_to_hand_out() -> dict[str, str]:
    """Return the text of every homework's notebook, by its file's name."""
    return {f"{folder.name}.ipynb": notebook_text(folder) for folder in sorted(Path("exercises").glob("[0-9][0-9]_*"))}


def chapters_to_hand_out() -> dict[str, str]:
    """Return the text of every chapter's notebook in the built book, by its file's name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(BUILT.glob("*.ipynb"))}


def hand_out(notebooks: dict[str, str], folder: Path, *, kind: str = "homework", renew: bool = False) -> Iterator[str]:
    """Copy the notebooks, name -> text, that the folder has not yet. Yield what there is to say about them, line by line.

    With ``renew``, also replace those that are still as they were handed out.
    """
    handed_out = folder / HANDED_OUT
    handed_out.mkdir(parents=True, exist_ok=True)
    copied, renewed, changed = [], [], []
    for name, text in notebooks.items():
        kept = handed_out / name
        if is_new := created(folder / name, text):
            copied.append(name)
        elif renew and untouched(folder / name, kept) and kept.read_text(encoding="utf-8") != text:
            replace(folder / name, text)
            renewed.append(name)
        if is_new or name in renewed or not kept.exists():
            kept.write_text(text, encoding="utf-8")
        elif kept.read_text(encoding="utf-8") != text:
            changed.append(name)
    done = [f"{listed(names)} {verb}" for names, verb in ((copied, "copied there"), (renewed, "renewed")) if names]
    yield f"The {kind} is in {folder}: {', '.join(done) or 'every notebook was there already'}."
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


def untouched(path: Path, kept: Path) -> bool:
    """Whether a notebook is to the byte what was handed out, and a file of its own."""
    return path.is_file() and not path.is_symlink() and kept.is_file() and path.read_bytes() == kept.read_bytes()


def replace(path: Path, text: str) -> None:
    """Replace a file at once, so that an interruption leaves the old one or the new one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def trust(texts: list[str]) -> None:
    """Tell this person's Jupyter that notebooks are the build's own, as `jupyter trust` does: it then runs their sliders."""
    notary = NotebookNotary()
    for text in texts:
        notary.sign(nbformat.reads(text, 4))
    notary.store.close()


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
    chapters, notebooks = chapters_to_hand_out(), notebooks_to_hand_out()
    trust(list(chapters.values()))
    for line in (*hand_out(chapters, CHAPTERS, kind="book", renew=True), *hand_out(notebooks, STUDENTS)):
        print(line)
    if found := earlier_work(notebooks, EARLIER):
        print(f"Earlier work is in {EARLIER}: {listed(found)}. It stays there. Move to {STUDENTS} what you want to go on with.")
