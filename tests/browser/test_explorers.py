"""Every explorer of the built book, in a browser with no kernel: what is asked of all of them, whichever they are.

They are found in the pages themselves, so a new explorer is tested from the day it is in a chapter. One of each kind is
asked everything; what depends on the data is asked wherever the data are others.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route

from tests.browser import explorers
from tests.browser.colors import CONTRAST, contrast, luminance, painted
from tests.browser.conftest import Visit
from tests.browser.explorers import BOOK, Built, Control, described, differences, look, number, sentence, settle, shown

pytestmark = pytest.mark.browser

PAGES = explorers.pages_that_ask()
BUILT = [found for page in PAGES for found in explorers.built(page)]
# The first of each kind, and the first of each kind with data of its own: pages repeat some.
KINDS = list({found.name: found for found in reversed(BUILT)}.values())[::-1]
DISTINCT = list({(found.name, str(found.settings)): found for found in reversed(BUILT)}.values())[::-1]
WIDE, PHONE = {"width": 1280, "height": 900}, 320
ADDRESS_WRITTEN = 400  # ms after the last move; the frame waits 250
KEYS = {
    "slider": ("ArrowRight", "End", "ArrowLeft", "Home"),
    "select": ("End", "Home"),
    "checkbox": ("Space",),
    "button": ("Enter", "Space"),
}
SMALLEST_TEXT = 11  # CSS pixels
HELD = "Make your prediction, then move a slider. The result will appear here."
SMALLEST_TARGET = 24  # CSS pixels: WCAG 2.2, success criterion 2.5.8

MOVED = "([figure, name, opening]) => Number(JSON.parse(figure.dataset[name])) !== opening"
RUNNING = """explorer => document.getAnimations().filter(({ effect }) => explorer.contains(effect.target))
  .map(({ effect, transitionProperty: moved, animationName }) => `${effect.target.className}: ${moved ?? animationName}`)"""
# Whatever address stands there, perhaps this very one, the browser says that it has changed.
# With `written`, the state of the last move is written before it does.
GO = """(_, [hash, written]) => new Promise((done) => {
  history.replaceState(null, "", location.pathname);
  addEventListener("hashchange", done, { once: true });
  location.hash = hash;
  if (written) history.replaceState(null, "", location.pathname);
})"""
# Typesetting takes a third of a page's time and is another test's matter.
NO_MATHJAX = "window.MathJax = { startup: { promise: Promise.resolve() }, typesetPromise: () => Promise.resolve() };"


PROBE = Path(__file__).with_name("explorers.js")


def ask(page: Page) -> None:
    """Give the page the functions of explorers.js."""
    page.add_init_script(path=PROBE)


def hasten(page: Page) -> None:
    ask(page)
    page.route("**/mathjax/startup.js*", lambda route: route.fulfill(body=NO_MATHJAX, content_type="text/javascript"))


def double(page: Page) -> None:
    """Show every explorer of the page twice."""

    def answer(route: Route) -> None:
        html = (BOOK / urlsplit(route.request.url).path.lstrip("/")).read_text(encoding="utf-8")
        route.fulfill(body=explorers.doubled(html), content_type="text/html")

    hasten(page)
    page.route("**/*.html*", answer)


class AtRest:
    """One page of the book at a time, at rest, kept open while its explorers are tested."""

    def __init__(self, visit: Callable[..., Visit], **options: object) -> None:
        self.visit = visit
        self.options = options
        self.visited: Visit | None = None

    def open(self, name: str) -> Visit:
        if self.visited is None or self.visited.name != name:
            self.close()
            self.visited = self.visit(name, **self.options)
        return self.visited

    def close(self) -> None:
        if self.visited:
            self.visited.close()


@pytest.fixture(scope="module")
def at_rest(visit: Callable[..., Visit]) -> Iterator[AtRest]:
    kept = AtRest(visit, prepare=ask)
    yield kept
    kept.close()


# What frame.js and ipywidgets do alike for all of them: every day for one with a list, with a button and with sliders alone.
EVERY_DAY = ("prior_sensitivity", "funnel", "shrinkage_weight")
some_kinds = pytest.mark.parametrize(
    "which",
    [pytest.param(kind, marks=[] if kind.name in EVERY_DAY else [pytest.mark.slow]) for kind in KINDS],
    ids=str,
    indirect=True,
    scope="module",
)


@pytest.fixture(scope="module", params=KINDS, ids=str)
def which(request: pytest.FixtureRequest) -> Built:
    """Return an explorer of each kind in turn: its tests run one after the other, on the same page."""
    return request.param


@pytest.fixture(scope="module")
def twins(visit: Callable[..., Visit]) -> Iterator[AtRest]:
    """Return pages that show each explorer twice."""
    kept = AtRest(visit, prepare=double)
    yield kept
    kept.close()


@pytest.fixture
def explorer(at_rest: AtRest, which: Built) -> Locator:
    """Return the explorer in its opening state, on a wide page."""
    page = at_rest.open(which.page).page
    page.set_viewport_size(WIDE)
    explorer = explorers.wait_until_drawn(explorers.explorers(page).nth(which.place - 1))
    explorers.reset(explorer)
    return explorer


@pytest.fixture
def controls(explorer: Locator, which: Built) -> list[Control]:
    return explorers.controls(explorer, which.settings)


@pytest.fixture(scope="module")
def on_phone(visit: Callable[..., Visit], which: Built) -> Iterator[Locator]:
    """Return the explorer on a phone, opened at an address that asks for good and bad values."""
    visited = visit(which.page, fragment=address(which, unkind(which)[0]), width=PHONE, prepare=hasten,
                    has_touch=True, is_mobile=True)  # fmt: skip
    yield explorers.wait_until_drawn(explorers.explorers(visited.page).nth(which.place - 1))
    assert visited.problems == []
    visited.close()


def unmoved(opened: dict[str, object], seen: list[dict[str, object]]) -> list[str]:
    """Return what none of the looks has changed together with all the rest: [] where one look differs in everything."""
    return min(([part for part in opened if other[part] == opened[part]] for other in seen), key=len)


def state(explorer: Locator, which: Built) -> dict[str, float | bool]:
    """Return what the drawing says its controls are set to."""
    return {name: value for name, value in shown(explorer).items() if name in which.settings}


def address(which: Built, values: dict[str, object]) -> str:
    """Return the part of an address that asks for these values."""
    place = {"explorer": which.place} if which.place > 1 else {}
    return "#" + urlencode(place | {name: float(value) if isinstance(value, bool) else value for name, value in values.items()})


def far_end(setting: dict) -> float:
    """Return the end of a control's range that lies farther from where it opens."""
    return max(setting["max"], setting["min"], key=lambda end: abs(end - setting["value"]))


# What an unkind address asks of the controls in turn, and what each is then to be.
UNKIND = (
    (far_end, far_end),
    (lambda _: "1e9", lambda setting: setting["max"]),
    (lambda _: "abc", lambda setting: setting["value"]),
    (lambda _: "-1e9", lambda setting: setting["min"]),
)


def unkind(which: Built) -> tuple[dict[str, object], dict[str, object]]:
    """Return what an unkind address asks for, and the state that it is to open."""
    asked, answered = {"nonsense": 1}, {}
    for (name, setting), kind in zip(which.settings.items(), itertools.cycle(UNKIND), strict=False):
        ask, answer = UNKIND[0] if isinstance(setting["value"], bool) else kind
        asked[name], answered[name] = ask(setting), answer(setting)
    return asked, answered


def reaches(controls: list[Control]) -> dict[str, list[dict]]:
    """Return by control the ends of its range or all of its options; a seed is as good as another."""
    return {
        control.name: [{"value": control.setting["min"], "end": "Home"}, {"value": control.setting["max"], "end": "End"}]
        if control.kind != "select"
        else [{"value": option} for option in range(control.setting["max"] + 1)]
        for control in controls
        if control.kind != "button"
    }


def go_to_ends(controls: list[Control], explorer: Locator) -> None:
    """Put every control by keyboard to the far end of its range, and press each button."""
    for control in controls:
        if control.kind in ("slider", "select"):
            control.focus.press("End" if far_end(control.setting) == control.setting["max"] else "Home")
        else:
            control.focus.press("Space")
    settle(explorer)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_asks_for_explorers_has_them(name):
    assert explorers.built(name)


def reveal(explorer: Locator) -> None:
    """Put the explorer to its opening state with nothing held back: a slider is moved, and moved back."""
    explorers.reset(explorer)
    handle = explorer.locator(".noUi-handle").first
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    handle.evaluate(explorers.PRESS, ["ArrowLeft", "ArrowRight"] if at_end else ["ArrowRight", "ArrowLeft"])
    settle(explorer)


def left_still(explorer: Locator, controls: list[Control], move: Callable[[Control], list[dict]]) -> dict[str, list[str]]:
    """Move each control by itself, and return by name what it leaves as it was, of the drawing and of what is said.

    What is drawn has to change from the opening state. What is said may stay there, where the answer is as clear as can be
    (none of 400 replications stays none whatever the noise), but not also with every box ticked the other way.
    """
    boxes = [control for control in controls if control.kind == "checkbox"]
    still = {}
    for control in controls:
        for turned in ([], [box for box in boxes if box is not control]):
            reveal(explorer)
            for box in turned:
                box.focus.evaluate("box => box.click()")
            settle(explorer)
            opened = look(explorer)
            still[control.name] = unmoved(opened, move(control))
            if not still[control.name] or "drawing" in still[control.name]:
                break
    explorers.reset(explorer)
    return {name: parts for name, parts in still.items() if parts}


def test_every_control_moved_by_keyboard_changes_all_that_is_shown(explorer, controls, which):
    opening = state(explorer, which)
    assert opening == explorers.opening(which.settings)

    def move(control: Control) -> list[dict]:
        seen, start = [], state(explorer, which)
        for key in KEYS[control.kind]:
            control.focus.press(key)
            settle(explorer)
            now = state(explorer, which)
            # This control has moved, if it could, and no other.
            if now[control.name] != start[control.name]:
                assert now | {control.name: start[control.name]} == start
                seen.append(look(explorer))
        assert seen, f"{control.name} does not move"
        return seen

    assert left_still(explorer, controls, move) == {}


@some_kinds
def test_every_control_moved_by_pointer_changes_all_that_is_shown(explorer, controls, which):
    def move(control: Control) -> list[dict]:
        if control.kind == "slider":
            low, high = control.setting["min"], control.setting["max"]
            fraction = 0.2 if far_end(control.setting) == low else 0.8
            drag(explorer.page, control.focus, fraction)
            settle(explorer)
            # Within two pixels of where the mouse let go, and within a step.
            allowed = 2 * (high - low) / control.focus.locator("../..").bounding_box()["width"] + control.setting["step"]
            assert state(explorer, which)[control.name] == pytest.approx(low + fraction * (high - low), abs=allowed)
        else:
            control.focus.click()
            if control.kind == "select":  # its list opens outside the page, beyond the reach of a test's mouse
                control.focus.press("ArrowUp" if control.setting["value"] == control.setting["max"] else "ArrowDown")
                control.focus.press("Enter")
            settle(explorer)
        return [look(explorer)]

    assert left_still(explorer, controls, move) == {}


def drag(page: Page, handle: Locator, fraction: float) -> None:
    """Drag a slider's handle with the mouse to a fraction of its range."""
    handle.scroll_into_view_if_needed()
    box, base = handle.bounding_box(), handle.locator("../..").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(base["x"] + fraction * base["width"], y, steps=5)
    page.mouse.up()


def test_reset_brings_back_the_opening_state(explorer, controls, which):
    opened = look(explorer)
    reveal(explorer)
    revealed = look(explorer)
    go_to_ends(controls, explorer)
    assert unmoved(revealed, [look(explorer)]) == []
    explorer.get_by_role("button", name="Reset").click()
    settle(explorer)
    assert state(explorer, which) == explorers.opening(which.settings)
    assert differences(look(explorer), opened) == []


# What each kind draws that would answer the question above it; of the others the opening state is the question's own.
ANSWERS = {
    "pooling": {"smallest: ", "at this τ: "},
    "shrinkage": {" dex", "ends farther from the truth"},
    "magnitude_limit": {"selection ignored: ", "corrected: "},
}
WRITTEN = """figure => [...figure.querySelectorAll("svg text")]
  .filter((text) => text.checkVisibility({ visibilityProperty: true })).map((text) => text.textContent).join("\\n")"""


def test_no_result_is_seen_before_the_first_move_nor_after_a_reset(explorer, controls, which):
    figure = explorer.locator(".lk-figure")
    opened = look(explorer)
    assert opened["sentence"] == HELD
    held = ANSWERS.get(which.name, set())
    assert not [answer for answer in held if answer in figure.evaluate(WRITTEN)]

    reveal(explorer)
    revealed = look(explorer)
    assert len(revealed["sentence"]) > 20
    assert revealed["sentence"] != HELD
    assert all(answer in figure.evaluate(WRITTEN) for answer in held)
    assert revealed["description"].startswith(opened["description"])
    # What is said after a move and was held back stands nowhere before: not in the page's text, not for a screen reader.
    unsaid = revealed["description"].removeprefix(opened["description"])
    assert bool(unsaid) == (which.name in {*ANSWERS, "marginalisation"})

    for control in controls:
        explorers.reset(explorer)
        assert look(explorer) == opened
        keys = ["ArrowRight", "ArrowLeft"] if control.setting["value"] < control.setting["max"] else ["ArrowLeft", "ArrowRight"]
        control.focus.press(keys[0] if control.kind == "slider" else KEYS[control.kind][0])
        settle(explorer)
        assert explorers.sentence(explorer) != HELD
        if control.kind == "slider":  # moved and moved back: the opening state, and its result
            control.focus.press(keys[1])
            settle(explorer)
            assert differences(look(explorer), revealed) == []


@pytest.mark.parametrize("which", DISTINCT, ids=str, indirect=True, scope="module")
@pytest.mark.parametrize("width", [WIDE["width"], PHONE])
def test_the_ends_of_all_ranges_are_drawn_well_in_every_combination(explorer, controls, width):
    explorer.page.set_viewport_size({"width": width, "height": 900})
    settle(explorer)
    drawn = explorer.evaluate("(explorer, given) => probe.corners(explorer, given)",
                              {"reaches": reaches(controls), "smallest": SMALLEST_TEXT})  # fmt: skip
    assert drawn["drawn"] == math.prod(len(values) for values in reaches(controls).values())
    assert drawn["found"] == []


@some_kinds
def test_a_quick_drag_ends_where_the_slider_does(explorer, controls, which):
    for control in controls:
        if control.kind != "slider":
            continue
        explorers.reset(explorer)
        control.focus.evaluate("(handle, fraction) => probe.dragAtOnce(handle, fraction)",
                               0.3 if far_end(control.setting) == control.setting["min"] else 0.7)  # fmt: skip
        settle(explorer)
        reached, dragged = state(explorer, which), look(explorer)
        readout = control.focus.locator("xpath=ancestor::*[contains(@class, 'widget-slider')]").locator(".widget-readout")
        assert reached[control.name] == pytest.approx(number(readout.inner_text()), abs=0.5001 * control.setting["step"])
        assert reached[control.name] != control.setting["value"]
        # The same state, reached in one step, is drawn the same.
        explorers.reset(explorer)
        open_address(explorer, address(which, reached))
        assert state(explorer, which) == pytest.approx(reached)
        assert differences(look(explorer), dragged) == []


def open_address(explorer: Locator, fragment: str, *, written: bool = False) -> None:
    explorer.evaluate(GO, [fragment, written])
    settle(explorer)


@some_kinds
def test_the_state_stands_in_the_address_and_comes_back_from_it(explorer, controls, which):
    opened = look(explorer)
    go_to_ends(controls, explorer)
    moved, seen = state(explorer, which), look(explorer)
    explorer.page.wait_for_timeout(ADDRESS_WRITTEN)
    written = urlsplit(explorer.page.url).fragment
    assert {name: float(value) for name, value in parse_qsl(written)} == pytest.approx(
        ({"explorer": which.place} if which.place > 1 else {}) | {name: float(value) for name, value in moved.items()}
    )
    explorers.reset(explorer)
    explorer.page.wait_for_timeout(ADDRESS_WRITTEN)
    assert "#" not in explorer.page.url
    assert differences(look(explorer), opened) == []

    open_address(explorer, f"#{written}")
    assert state(explorer, which) == pytest.approx(moved)
    assert differences(look(explorer), seen) == []
    # Back to where the address asked for nothing, as by the back button.
    explorer.page.go_back()
    explorer.page.wait_for_function("() => location.hash === ''")
    settle(explorer)
    assert differences(look(explorer), opened) == []


@some_kinds
def test_the_address_of_a_section_is_left_alone(explorer, controls):
    section = explorer.page.locator("article section[id]").last.get_attribute("id")
    opened = look(explorer)
    open_address(explorer, f"#{section}")
    assert differences(look(explorer), opened) == []
    explorers.reset(explorer)
    explorer.page.wait_for_timeout(ADDRESS_WRITTEN)
    assert urlsplit(explorer.page.url).fragment == section


def test_a_bad_address_opens_what_is_good_of_it(explorer, which):
    asked, answered = unkind(which)
    open_address(explorer, address(which, asked))
    assert state(explorer, which) == pytest.approx(answered)


@some_kinds
def test_an_address_opens_though_the_last_move_is_just_being_written(explorer, which):
    asked, answered = unkind(which)
    open_address(explorer, address(which, asked), written=True)
    assert state(explorer, which) == pytest.approx(answered)


@some_kinds
def test_an_address_opens_the_same_on_a_phone(explorer, on_phone, which):
    _, answered = unkind(which)
    assert state(on_phone, which) == pytest.approx(answered)
    # The same as on a wide page that has come to this width and state.
    open_address(explorer, address(which, answered))
    explorer.page.set_viewport_size({"width": PHONE, "height": 900})
    settle(explorer)
    assert differences(look(on_phone), look(explorer)) == []


@some_kinds
def test_every_control_answers_to_touch(on_phone, which):
    def move(control: Control) -> list[dict]:
        start = state(on_phone, which)[control.name]
        if control.kind == "slider":
            drag_by_touch(on_phone.page, control.focus, 0.2 if far_end(control.setting) == control.setting["min"] else 0.8)
        else:
            control.focus.tap()
        # A browser waits a moment to see whether a touch becomes a gesture.
        figure = on_phone.locator(".lk-figure").element_handle()
        on_phone.page.wait_for_function(MOVED, arg=[figure, control.name, float(start)])
        return [look(on_phone)]

    # A tap at once after a drag would be taken for a part of it; a list opens outside the page.
    controls = [control for control in explorers.controls(on_phone, which.settings) if control.kind != "select"]
    assert left_still(on_phone, sorted(controls, key=lambda control: control.kind == "slider"), move) == {}


def drag_by_touch(page: Page, handle: Locator, fraction: float) -> None:
    """Drag a slider's handle with a finger to a fraction of its range."""
    handle.scroll_into_view_if_needed()
    box, base = handle.bounding_box(), handle.locator("../..").bounding_box()
    start, end, y = box["x"] + box["width"] / 2, base["x"] + fraction * base["width"], box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", start), ("touchMove", (start + end) / 2), ("touchMove", end), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.detach()


def test_what_is_touched_is_large_enough(on_phone):
    targets = on_phone.locator("button, select, .noUi-handle, label:has(input)")
    boxes = targets.evaluate_all(
        "all => all.map((one) => { const box = one.getBoundingClientRect(); return [one.textContent, box.width, box.height]; })"
    )
    assert len(boxes) > 1
    assert [box for box in boxes if min(box[1:]) < SMALLEST_TARGET] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_keeps_its_contrast_when_the_theme_is_switched(explorer, theme):
    explorer.evaluate("(_, theme) => { document.documentElement.dataset.theme = theme; }", theme)
    settle(explorer)
    texts = explorer.evaluate("explorer => probe.colors(explorer)")
    assert len(texts) > 10
    faint = []
    for text in texts:
        background = np.ones(3)
        for color in reversed(text["behind"]):
            background = painted(color, 1, background)
        seen = painted(text["color"], text["opacity"], background)
        assert (luminance(background) < 0.2) == (theme == "dark"), text
        if contrast(seen, background) < CONTRAST:
            faint.append(text)
    assert faint == []


@some_kinds
def test_nothing_runs_by_itself_where_motion_is_unwanted(explorer, controls):
    explorer.page.emulate_media(reduced_motion="reduce")
    running = []
    for control in controls:
        control.focus.press(KEYS[control.kind][0])
        running += explorer.evaluate(RUNNING)
        if control.kind == "slider":  # a click beside the handle calls it there
            base = control.focus.locator("../..").bounding_box()
            explorer.page.mouse.click(base["x"] + 0.6 * base["width"], base["y"] + base["height"] / 2)
            running += explorer.evaluate(RUNNING)
    assert running == []


def test_a_screen_reader_is_told_every_name_value_and_state(explorer, controls):
    for _ in ("opening state", "moved state"):
        nodes = explorers.accessible(explorer)
        (figure,) = [node for node in nodes if node["role"] == "image"]
        assert figure["name"]
        assert figure["description"] == described(explorer) != ""
        assert "null" not in [node["name"] for node in nodes]
        roles = {"slider": "slider", "select": "combobox", "checkbox": "checkbox", "button": "button"}
        for kind, role in roles.items():
            count = sum(control.kind == kind for control in controls) + (kind == "button")  # Reset
            names = [node["name"] for node in nodes if node["role"] == role]
            assert len(names) == len(set(names)) == count
            assert "" not in names
        # Each slider's value can be typed too.
        typed = [node["name"] for node in nodes if node["role"] == "textbox"]
        assert len(typed) == len(set(typed)) == sum(control.kind == "slider" for control in controls)
        for slider in explorer.locator(".widget-slider").all():
            label, readout = (slider.locator(part).inner_text().strip() for part in (".widget-label", ".widget-readout"))
            name, _, unit = label.removesuffix(")").partition(" (")
            handle = slider.locator(".noUi-handle")
            assert handle.get_attribute("aria-label") == name
            # The tree that Chromium hands to its tools leaves the value's text out.
            assert handle.get_attribute("aria-valuetext") == f"{readout} {unit}".strip()
        go_to_ends(controls, explorer)


@pytest.mark.slow
def test_an_explorer_moves_no_other_not_even_its_twin(twins, which):
    page = twins.open(which.page).page
    everyone = [explorers.explorers(page).nth(place) for place in range(2 * len(explorers.built(which.page)))]
    for other in everyone:
        explorers.wait_until_drawn(other)
    assert page.evaluate("""() => {
        const ids = [...document.querySelectorAll(".lk-explorer [id]")].map(({ id }) => id);
        return ids.filter((id, i) => ids.indexOf(id) !== i); }""") == []  # fmt: skip
    first = everyone[2 * which.place - 2]
    before = [look(other) for other in everyone]
    assert before[2 * which.place - 2] == before[2 * which.place - 1]
    for control in explorers.controls(first, which.settings):
        control.focus.press(KEYS[control.kind][1] if control.kind == "slider" else "Home")
    go_to_ends(explorers.controls(first, which.settings), first)
    after = [look(other) for other in everyone]
    moved = [place for place, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    assert moved == [2 * which.place - 2]
    explorers.reset(first)


@pytest.mark.slow
def test_the_back_button_brings_the_state_of_the_address(on_phone, which):
    controls = explorers.controls(on_phone, which.settings)
    explorers.reset(on_phone)
    go_to_ends(controls, on_phone)
    on_phone.page.wait_for_timeout(ADDRESS_WRITTEN)
    left, seen, url = state(on_phone, which), look(on_phone), on_phone.page.url
    on_phone.page.goto(url.partition("/chapters/")[0] + "/chapters/index.html")
    on_phone.page.go_back(wait_until="load")
    explorers.wait_until_drawn(on_phone)
    assert on_phone.page.url == url
    assert state(on_phone, which) == pytest.approx(left)
    assert differences(look(on_phone), seen) == []


# ---- what stands in an explorer's place where no script runs, and on paper ----


@pytest.fixture(scope="module")
def bare(visit: Callable[..., Visit]) -> Iterator[AtRest]:
    """Return pages that run no script."""
    kept = AtRest(visit, java_script_enabled=False)
    yield kept
    kept.close()


def stand_in(page: Page, which: Built) -> Locator:
    return page.locator("figure.lk-static").nth(which.place - 1)


@pytest.mark.slow
def test_without_scripts_a_drawing_of_the_opening_state_is_seen(explorer, bare, which):
    page = bare.open(which.page).page
    assert explorers.explorers(page).count() == 0
    image = stand_in(page, which).get_by_role("img")
    assert image.is_visible()
    assert image.bounding_box()["height"] > 100
    assert image.get_attribute("aria-label") == explorer.get_by_role("img").get_attribute("aria-label") != ""
    assert image.locator("> desc").text_content() == described(explorer)
    said = stand_in(page, which).locator(".lk-figure p")
    assert said.is_visible()
    assert said.inner_text() == sentence(explorer) == HELD
    drawn = stand_in(page, which).locator("svg")
    assert drawn.locator(".lk-answer").count() == 0
    written = "\n".join(drawn.locator("text").all_text_contents())
    assert not [answer for answer in ANSWERS.get(which.name, ()) if answer in written]


@some_kinds
def test_paper_has_the_still_drawing_and_the_screen_the_live_one(explorer, which):
    live = explorer.locator("svg, .noUi-handle, button, [aria-live]").all()
    assert len(live) > 3
    for media, still in (("screen", False), ("print", True), ("screen", False)):
        explorer.page.emulate_media(media=media)
        assert stand_in(explorer.page, which).get_by_role("img", include_hidden=True).is_visible() == still
        assert {part.is_visible() for part in live} == {not still}


def test_nothing_was_said_on_the_console_and_no_other_host_asked(at_rest, which):
    """Stands last, so that an explorer has been through all the above."""
    assert at_rest.open(which.page).problems == []
