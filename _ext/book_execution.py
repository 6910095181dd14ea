"""Execute the chapters against this tree's lecturekit, and know when their outputs are stale."""

import hashlib
import os
import shutil
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

logger = logging.getLogger(__name__)


def fingerprint(root: Path) -> str:
    """Return a digest of what a chapter's outputs depend on outside of it: lecturekit and the lock."""
    digest = hashlib.sha256()
    package = (path for path in (root / "lecturekit").rglob("*") if path.is_file() and path.suffix != ".pyc")
    for path in [*sorted(package), root / "requirements.txt"]:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    """Keep executed chapters in a cache named by the fingerprint, and drop the caches of other fingerprints.

    MyST-NB alone would reuse an output as long as the chapter's own cells are unchanged. Sphinx reads every chapter
    again when the name changes.
    """
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / fingerprint(Path(app.srcdir))
    for cache in caches.glob("*"):
        if cache != current:
            shutil.rmtree(cache)
    config.nb_execution_cache_path = str(current)


def prepare_kernels(app: Sphinx, config: Config) -> None:
    """Let the kernels import lecturekit from this tree, installed or not, and draw no progress bar, which a page would keep."""
    paths = [str(app.srcdir), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    os.environ["TQDM_DISABLE"] = "1"


def execute_side_by_side(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Execute the chapters that Sphinx is about to read, several at a time, into the cache where MyST-NB then finds them.

    One whose cells fail is not kept: MyST-NB executes it again by itself, and reports the failure.
    """
    cache = get_cache(app.config.nb_execution_cache_path)
    paths = [str(env.doc2path(name)) for name in names]
    chapters = [path for path in paths if "{code-cell}" in Path(path).read_text(encoding="utf-8")]
    for path in chapters:
        cache.add_nb_to_project(path, read_data={"name": "myst_nb_md", "type": "plugin"})
    executor = load_executor("temp-parallel", cache, logging.getLogger(__name__).logger)
    executor.run_and_cache(filter_uris=chapters, timeout=app.config.nb_execution_timeout)


def rewrite_borrowing_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages again that show numbers of other pages: Sphinx does not know that they depend on them."""
    return [name for name in env.found_docs if ".md::" in Path(env.doc2path(name)).read_text(encoding="utf-8")]


def report_times(app: Sphinx, exception: Exception | None) -> None:
    """Print how long each chapter took when it was last executed."""
    if exception:
        return
    times = {name: NbMetadataCollector.get_exec_data(app.env, name) for name in sorted(app.env.found_docs)}
    times = {name: data["runtime"] for name, data in times.items() if data and data["runtime"] is not None}
    if times:
        width = max(map(len, times))
        logger.info("\nExecution time, in seconds")
        for name, seconds in times.items():
            logger.info("  %s %7.2f", name.ljust(width), seconds)
        logger.info("  %s %7.2f", "all".ljust(width), sum(times.values()))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", prepare_kernels)
    app.connect("config-inited", choose_cache)
    app.connect("env-before-read-docs", execute_side_by_side)
    app.connect("env-updated", rewrite_borrowing_pages)
    app.connect("build-finished", report_times)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
