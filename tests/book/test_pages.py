"""The built book is complete, its links hold, and it publishes nothing but itself."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from scripts.toc import pages, source

BOOK = Path("_build/html")


def test_every_chapter_is_in_the_table_of_contents():
    sources = {*Path("chapters").glob("*.md"), *Path("chapters/api").glob("*.md")}
    assert sources == {source(name) for name in pages() if "/homework/" not in name}


def test_every_page_is_built(built):
    assert {Path(f"{name}.html") for name in pages()} <= set(built)


@pytest.mark.book
def test_publishes_the_sources_of_its_pages_and_no_other_file():
    sources = {path.relative_to(BOOK / "_sources").as_posix() for path in (BOOK / "_sources").rglob("*.*")}
    assert sources == {f"{name}.md" for name in pages()}


@pytest.mark.parametrize("name", pages())
def test_every_link_and_anchor_resolves(name, built):
    page = Path(f"{name}.html")
    links = [element["href"] for element in built[page].select("a[href], link[href]")]
    links += [element["src"] for element in built[page].select("[src]")]
    assert links
    assert [link for link in links if not resolves(link, page, built)] == []


def test_every_address_holds_below_any_folder_of_a_site(built):
    """One that opens with a slash, in a page or in a style sheet, would hold at the root of a site alone."""
    addresses = [
        (page.as_posix(), name, value)
        for page, html in built.items()
        for element in html.find_all(True)
        for name, value in element.attrs.items()
        if isinstance(value, str) and (name in ("href", "src", "srcset", "action", "poster") or name.startswith("data-"))
    ]
    assert len(addresses) > 100 * len(pages())
    assert [address for address in addresses if re.match(r"/(?!/)", address[2])] == []
    styles = {path: path.read_text(encoding="utf-8") for path in BOOK.rglob("*.css")}
    assert len(styles) > 2
    assert [path for path, text in styles.items() if re.search(r"url\(\s*['\"]?/(?!/)", text)] == []


def resolves(link, page, built):
    address = urlsplit(link)
    if address.scheme:
        return address.scheme in ("http", "https", "mailto", "data")
    target = page
    if address.path:
        target = Path((BOOK / page.parent / unquote(address.path)).resolve().relative_to(BOOK.resolve()))
    if target not in built:
        return (BOOK / target).is_file() and not address.fragment
    return not address.fragment or built[target].find(id=unquote(address.fragment)) is not None


def test_the_front_page_leads_to_the_first_page(built):
    (refresh,) = built[Path("index.html")].select("meta[http-equiv=Refresh]")
    assert refresh["content"] == f"0; url={pages()[0]}.html"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_that_is_named_exists(document):
    targets = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text(), re.MULTILINE))
    code = re.findall(r"`[^`]+`|^    .*$", Path(document).read_text(), re.MULTILINE)
    named = set(re.findall(r"\bmake ([a-z-]+)\b", " ".join(code)))
    assert named
    assert named <= targets
