"""Time the explorers: from input to drawn, for every control of every explorer of the built book; and weigh their heap.

What is measured is the work that a move asks of the page's main thread: from the start of the event (a mouse's move with
the handle held, a key's press, a click) to its end, in which the figure is drawn, and from the start of the next frame
to the end of its painting, told by a task that the frame's own callback posts. Between the two the page waits
for the screen's clock, 60 times a second, which headless Chromium keeps whatever it is told (neither
--disable-frame-rate-limit nor --disable-gpu-vsync nor another backend frees it); this wait, of up to 17 ms, is no work
and is left out of what is held against the budget. The last column has it in: from the event's own time stamp to painted.
Keys and buttons are held for a frame: after a press Chromium puts every task off until a frame is drawn, the one that
would tell the time too.

The heap is weighed after 100 and after 1,000 moves of all explorers of a page, each in a frame of its own, with the
garbage collected. Run it with `make bench`; it exits with 1 where a budget is exceeded.
"""

from __future__ import annotations

import functools
import math
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from playwright.sync_api import Locator, Page, sync_playwright

from scripts.browser import REMEDY, find_browser, launch
from tests.browser.explorers import (
    BOOK,
    LIVE,
    Built,
    Control,
    built,
    controls,
    explorers,
    pages_that_ask,
    settle,
    wait_until_drawn,
)

BUDGET = 16.0  # ms, at the 95th percentile
MOVES = 75  # each way: a slider is dragged, and moved by keys
GROWTH = 1.10  # of the heap, and of the nodes, from 100 moves to 1,000

# Listens to one kind of event, and notes for each the time of its work and the time from its stamp to its painting.
LISTEN = """kind => {
  window.times = [];
  window.heard ??= new Set();
  if (heard.has(kind)) return;
  heard.add(kind);
  let ended; // when the last listener to the newest event was done; a task after it would be put off until the frame
  window.addEventListener(kind, (event) => {
    const start = performance.now();
    requestAnimationFrame(() => {
      const frame = performance.now();
      const end = kind === "mousemove" ? frame : ended; // a mouse's move comes within the frame itself
      if (!(end >= start)) return; // stopped on its way, it was heard by no last listener: a move that was not seen
      scheduler.postTask(() => {
        const painted = performance.now();
        window.times.push([end - start + painted - frame, painted - event.timeStamp]);
      }, { priority: "user-blocking" }); // a message would go through another thread, and wait there for its turn
    });
  }, { capture: true });
  window.addEventListener(kind, () => { ended = performance.now(); });
}"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
# Moves every explorer of the page once a frame: its controls in turn, by keys and clicks as a reader would.
MOVE_ALL = """async ([live, count]) => {
  const keys = ["PageUp", "ArrowRight", "PageUp", "ArrowRight", "PageUp", "End", "PageDown", "ArrowLeft", "PageDown", "Home"];
  const all = [...document.querySelectorAll(live)].map((explorer) => [
    ...explorer.querySelectorAll(".noUi-handle, .lk-controls select, .lk-controls input[type=checkbox], .lk-buttons button"),
  ]);
  for (let i = 0; i < count; i += 1) {
    for (const controls of all) {
      const control = controls[i % controls.length];
      const turn = Math.floor(i / controls.length);
      if (control.matches(".noUi-handle")) {
        control.dispatchEvent(new KeyboardEvent("keydown", { key: keys[turn % keys.length], bubbles: true }));
      } else if (control.matches("select")) {
        control.selectedIndex = turn % control.options.length;
        control.dispatchEvent(new Event("change", { bubbles: true }));
      } else {
        control.click();
      }
    }
    await new Promise((done) => requestAnimationFrame(done));
  }
}"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the book."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def drag(page: Page, handle: Locator) -> str:
    """Drag a slider's handle to and fro over its whole range; return the kind of event to listen to."""
    handle.scroll_into_view_if_needed()
    box, base = handle.bounding_box(), handle.locator("../..").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    listen(page, "mousemove")
    for i in range(MOVES):
        # The golden ratio: every move another way, short and long, and no place twice.
        fraction = 0.5 - 0.5 * math.cos(0.35 * i + 2.4 * (i % 7))
        page.mouse.move(base["x"] + fraction * base["width"], y)
    page.mouse.up()
    return "drag"


def hold(page: Page, key: str) -> None:
    """Press a key for the length of a frame, as no finger could be quicker."""
    page.keyboard.down(key)
    page.evaluate(NEXT_FRAME)
    page.keyboard.up(key)


def press(page: Page, handle: Locator) -> str:
    """Step a slider along by its keys."""
    handle.focus()
    hold(page, "Home")
    listen(page, "keydown")
    keys = ["PageUp", "ArrowRight", "ArrowRight", "PageDown", "ArrowLeft"]
    for i in range(MOVES):
        hold(page, keys[i % len(keys)])
    return "keys"


def choose(page: Page, select: Locator) -> str:
    """Go through a list's options by its keys."""
    select.focus()
    listen(page, "change")
    options = select.locator("option").count()
    for i in range(MOVES):
        hold(page, "ArrowDown" if i // (options - 1) % 2 == 0 else "ArrowUp")
    return "keys"


def click(page: Page, element: Locator) -> str:
    """Click on a box or a button."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    listen(page, "click")
    for _ in range(MOVES):
        page.mouse.down()
        page.evaluate(NEXT_FRAME)
        page.mouse.up()
        page.evaluate(NEXT_FRAME)
    return "clicks"


WAYS: dict[str, list[Callable[[Page, Locator], str]]] = {
    "slider": [drag, press], "select": [choose], "checkbox": [click], "button": [click],
}  # fmt: skip


def listen(page: Page, kind: str) -> None:
    """Begin to take times."""
    page.evaluate(LISTEN, kind)


def times(page: Page, control: Control) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the way in which a control is moved, and the times of each move: its work, and until it is painted, in ms."""
    for move in WAYS[control.kind]:
        way = move(page, control.focus)
        settle(control.focus)
        yield way, np.array(page.evaluate("window.times"))


def weight(page: Page) -> tuple[float, float]:
    """Return the page's heap, with the garbage collected, in bytes, and its number of DOM nodes."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return metrics["JSHeapUsedSize"], metrics["Nodes"]


def verdict(good: bool) -> str:
    """How a figure stands to its budget."""
    return "ok" if good else "OVER BUDGET"


def time_explorer(page: Page, which: Built) -> float:
    """Print the times of an explorer's controls, and return the largest 95th percentile."""
    explorer = wait_until_drawn(explorers(page).nth(which.place - 1))
    worst = 0.0
    for control in controls(explorer, which.settings):
        for way, measured in times(page, control):
            assert len(measured) >= 0.9 * MOVES, f"{which} {control.name}: {len(measured)} of {MOVES} moves were seen"
            (work, _), (p95, seen) = np.percentile(measured, [50, 95], axis=0)
            worst = max(worst, p95)
            print(f"  {which!s:36} {control.name:16} {way:7} {work:8.1f} {p95:8.1f} {seen:10.1f}", flush=True)
    return worst


def weigh(page: Page) -> tuple[float, float]:
    """Return how heap and nodes have grown from 100 moves to 1,000."""
    page.evaluate(MOVE_ALL, [LIVE, 100])
    heap, nodes = weight(page)
    page.evaluate(MOVE_ALL, [LIVE, 900])
    heap_then, nodes_then = weight(page)
    return heap_then / heap, nodes_then / nodes


def main() -> int:
    """Run everything and print it."""
    if (path := find_browser()) is None:
        sys.exit(f"no browser was found; {REMEDY}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(BOOK)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = pages_that_ask()
    with sync_playwright() as playwright:
        browser = launch(playwright, path)

        def opened(name: str) -> Page:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"http://127.0.0.1:{server.server_port}/{name}.html", wait_until="networkidle")
            return page

        print(f"input to drawn, ms, {MOVES} moves each way\n"
              f"  {'page, place, explorer':36} {'control':16} {'by':7} {'median':>8} {'95 %':>8} {'seen':>10}")  # fmt: skip
        worst = 0.0
        for name in names:
            page = opened(name)
            worst = max(worst, *(time_explorer(page, which) for which in built(name)))
            page.close()
        good = worst <= BUDGET
        print(f"largest 95th percentile {worst:.1f} ms   (budget {BUDGET:.0f} ms: {verdict(worst <= BUDGET)})")

        print("after 1,000 moves against after 100, the garbage collected")
        for name in names:
            page = opened(name)
            heap, nodes = weigh(page)
            light = max(heap, nodes) <= GROWTH
            good = good and light
            print(f"  {name:36} heap {heap:6.3f}   nodes {nodes:6.3f}   (at most {GROWTH:.2f}: {verdict(light)})", flush=True)
            page.close()
        browser.close()
    server.shutdown()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
