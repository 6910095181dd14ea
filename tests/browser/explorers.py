"""How the tests find, move and read an explorer of the built book, whichever it is."""

import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from scripts.toc import pages, source

BOOK = Path("_build/html")
LIVE = ".lk-explorer:not(.lk-static)"
ASKED_FOR = re.compile(r"^(?:\w+ = )?explore\.\w+\(", re.MULTILINE)
STATE = re.compile(r'(<script type="application/vnd.jupyter.widget-state\+json">)(.*?)(</script>)', re.DOTALL)
VIEW = re.compile(r'<script type="application/vnd.jupyter.widget-view\+json">(.*?)</script>', re.DOTALL)

# What a reader sees of a drawing: each visible element with its attributes, in any order, and on a line of its own its text.
DRAWING = """svg => [...svg.querySelectorAll("*")]
  .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .map((element) => {
    const own = [...element.attributes].filter(({ name, value }) => name !== "id" && !value.startsWith("url("));
    const text = element.children.length === 0 && element.textContent ? `\\n"${element.textContent}"` : "";
    return [element.tagName, ...own.map(({ name, value }) => `${name}=${value}`).sort()].join(" ") + text;
  }).join("\\n")"""
PIXELS = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
CLOSE = 0.2  # pixels: places are rounded, and a text is not measured the same to the last digit on a phone
# What of a control takes the keyboard's focus.
FOCUS = {"slider": ".noUi-handle", "select": "select", "checkbox": "input[type=checkbox]"}
KINDS = "(controls, focus) => controls.map((control) => focus.find(([, selector]) => control.querySelector(selector))[0])"
PRESS = "(handle, keys) => keys.forEach((key) => handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })))"
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Built:
    """An explorer of the built book: its page, its index there, and what its figure knows of its controls."""

    page: str
    place: int
    name: str
    settings: dict[str, dict]

    def __str__(self) -> str:
        return f"{Path(self.page).name}-{self.place}-{self.name}"


@dataclass(frozen=True)
class Control:
    """One control of an explorer: the figure's trait that it moves, and the element that takes the keyboard's focus."""

    name: str
    kind: str  # slider, select, checkbox or button
    focus: Locator
    setting: dict


def pages_that_ask() -> list[str]:
    """Return the pages whose source calls a function of explore."""
    return [name for name in pages() if ASKED_FOR.search(source(name).read_text(encoding="utf-8"))]


def built(page: str) -> list[Built]:
    """Return the explorers of a built page, in order, from the widget state within it; none where it is not built."""
    html = (BOOK / f"{page}.html").read_text(encoding="utf-8") if (BOOK / f"{page}.html").exists() else ""
    views = [json.loads(view)["model_id"] for view in VIEW.findall(html)]
    state = json.loads(STATE.search(html)[2])["state"] if views else {}
    models = {f"IPY_MODEL_{name}": model["state"] for name, model in state.items()}
    moves = {model["source"][0]: model["target"][1] for model in models.values() if model["_model_name"] == "LinkModel"}
    found = []
    for place, view in enumerate(views, start=1):
        _, box, figure = models[f"IPY_MODEL_{view}"]["children"]
        # The page's widget state has names sorted; the controls stand in the order of their box.
        settings = models[figure]["settings"]
        settings = {moves[control]: settings[moves[control]] for control in models[box]["children"]} | settings
        name = re.sub(r".*\.(\w+)\.\w+$", r"\1", models[figure]["_anywidget_id"])
        found.append(Built(page, place, name, settings))
    return found


def doubled(html: str) -> str:
    """Return a page with every explorer twice, one after the other, each with models of its own."""
    models = STATE.search(html)[2]
    ids = re.compile("|".join(json.loads(models)["state"]))

    def again(text: str) -> str:
        return ids.sub(lambda found: found[0][::-1], text)

    state = json.loads(models)
    state["state"] |= json.loads(again(models))["state"]
    # What goes into a script must not end it.
    text = json.dumps(state).replace("</", "<\\/")
    html = STATE.sub(lambda found: found[1] + text + found[3], html)
    return VIEW.sub(lambda view: view[0] + again(view[0]), html)


def explorers(page: Page) -> Locator:
    return page.locator(LIVE)


def wait_until_drawn(explorer: Locator) -> Locator:
    explorer.locator(".lk-figure svg[viewBox]").wait_for()
    return explorer


def controls(explorer: Locator, settings: dict[str, dict]) -> list[Control]:
    """Return an explorer's controls, those that the figure calls seeds, with a button each, last."""
    kinds = explorer.locator(".lk-controls > *").evaluate_all(KINDS, list(FOCUS.items()))
    seeds = [name for name, setting in settings.items() if "button" in setting]
    others = [name for name in settings if name not in seeds]
    found = [
        Control(name, kind, explorer.locator(".lk-controls > *").nth(place).locator(FOCUS[kind]), settings[name])
        for place, (name, kind) in enumerate(zip(others, kinds, strict=True))
    ]
    buttons = explorer.locator(".lk-buttons button").all()
    for name, button in zip(seeds, buttons[:-1], strict=True):  # the last one resets
        found.append(Control(name, "button", button, settings[name]))
    return found


def opening(settings: dict[str, dict]) -> dict[str, float | bool]:
    return {name: setting["value"] for name, setting in settings.items()}


def reset(explorer: Locator) -> None:
    explorer.locator(".lk-buttons button").last.evaluate("button => button.click()")
    settle(explorer)


def look(explorer: Locator) -> dict[str, str]:
    """Return all that follows the state: what is drawn, said and described."""
    return explorer.locator(".lk-figure").evaluate(
        f"""figure => ({{
            drawing: ({DRAWING})(figure.querySelector("svg")),
            sentence: figure.querySelector("[aria-live]").innerText,
            description: figure.querySelector("svg > desc").textContent,
        }})"""
    )


def differences(one: dict[str, str], other: dict[str, str]) -> list[tuple[str, str]]:
    """Return the lines in which two looks differ, but for places as close as makes no difference."""
    lines = [[f'"{seen["sentence"]}"', f'"{seen["description"]}"', *seen["drawing"].splitlines()] for seen in (one, other)]
    return [pair for pair in itertools.zip_longest(*lines, fillvalue="") if not same(*pair)]


def same(one: str, other: str) -> bool:
    """Whether two lines are the same: a text in every letter, an element's attributes to within a fraction of a pixel."""
    if one == other or one.startswith('"') or PIXELS.sub("", one) != PIXELS.sub("", other):
        return one == other
    places = zip(PIXELS.findall(one), PIXELS.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= CLOSE for a, b in places)


def press(explorer: Locator, label: str, *keys: str) -> None:
    """Press keys, all before the next frame, on the slider whose label begins so, or is so but for its unit."""
    slider(explorer, label).locator(".noUi-handle").evaluate(PRESS, keys)
    settle(explorer)


def settle(explorer: Locator) -> None:
    """Wait two frames: whatever was asked for has then been drawn."""
    explorer.evaluate(FRAMES)


def slider(explorer: Locator, label: str) -> Locator:
    return explorer.locator(".widget-slider").filter(has_text=re.compile(rf"(^|\s){re.escape(label)}( \(|$|[\d−])"))


def number(text: str) -> float:
    """Return a number as the page writes it, with a true minus."""
    return float(text.replace("−", "-"))


def shown(explorer: Locator) -> dict[str, float | bool]:
    """Return the state and the numbers that the drawing stands for, in full precision, by name."""
    values = explorer.locator(".lk-figure").evaluate("figure => ({ ...figure.dataset })")
    return {name: text == "true" if text in ("true", "false") else float(text) for name, text in values.items()}


def drawing(explorer: Locator) -> str:
    return explorer.locator("svg").first.evaluate(DRAWING)


def sentence(explorer: Locator) -> str:
    return explorer.locator(".lk-figure [aria-live]").inner_text()


def described(explorer: Locator) -> str:
    return explorer.locator(".lk-figure svg > desc").text_content()


def accessible(within: Locator) -> list[dict[str, str]]:
    """Return what the browser hands to a screen reader of an element and all within it."""
    session = within.page.context.new_cdp_session(within.page)
    within.evaluate("element => { window.asked = element; }")
    asked = session.send("Runtime.evaluate", {"expression": "window.asked"})["result"]["objectId"]
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.queryAXTree", {"objectId": asked})["nodes"]
    session.detach()
    return [
        {part: node.get(part, {}).get("value", "") for part in ("role", "name", "description")}
        for node in nodes
        if not node["ignored"]
    ]
