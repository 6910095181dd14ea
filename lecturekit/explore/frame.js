import { add, set } from "./draw.js";

// The frame of every explorer: the drawing follows the controls, the controls' state stands in the page's address, every
// control has a name and says its value with its unit, and a button puts all back as it was. What would answer the question
// above the controls is held back until one of them was moved.

const PAGE_STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const PAGE_VIEWS = 'script[type="application/vnd.jupyter.widget-view+json"]';
const HELD = "Make your prediction, then move a slider. The result will appear here.";
const SETTLED = 250; // ms without a change, after which the address is written: browsers limit how often

/**
 * Show an explorer's figure: an SVG image with a name and a description, and below it a sentence read out as it changes.
 *
 * build(svg, fixed, change) creates the elements once; fixed holds the data and labels that never change, and
 * change({ tau: 0.2 }) moves controls from within the drawing. It returns draw(state, width), which moves the elements
 * and returns { height, shown, sentence, description, results }: `shown` holds the numbers on display. They and the state
 * stand in full precision in the frame's data attributes. Held back until the first move, and again after a reset, are the
 * sentence, the results, which complete the description, and elements of the class lk-answer. Returns the function that
 * takes it all down.
 */
export function liveFigure({ model, el, name, build }) {
  const settings = model.get("settings");
  const frame = document.createElement("div");
  frame.className = "lk-figure";
  const svg = add(frame, "svg", { role: "img", "aria-label": name });
  const description = add(svg, "desc");
  const sentence = document.createElement("p");
  sentence.setAttribute("aria-live", "polite");
  const buttons = document.createElement("div");
  buttons.className = "lk-buttons";
  frame.append(sentence, buttons);
  el.append(frame);
  // The sentence keeps the most lines that it has had: the page below stays where it is while a slider is moved.
  const lines = new ResizeObserver(() => { sentence.style.minHeight = `${sentence.offsetHeight}px`; });
  lines.observe(sentence);

  const state = () => Object.fromEntries(Object.keys(settings).map((control) => [control, model.get(control)]));
  const change = (values) => {
    for (const [control, value] of Object.entries(values)) model.set(control, onGrid(settings[control], value));
    model.save_changes();
  };
  const draw = build(svg, model.get("fixed"), change);
  let moved = false;
  let width = 0;
  let size = "";
  const redraw = () => {
    if (width === 0) return; // not on display: the observer calls again when it is
    const now = state();
    const result = draw(now, width);
    if (size !== `${width} ${result.height}`) {
      size = `${width} ${result.height}`;
      set(svg, { viewBox: `0 0 ${size}`, height: result.height }); // lays out all text anew
    }
    set(svg, { class: moved ? "" : "lk-asking" });
    set(description, { text: moved ? [result.description, result.results].filter(Boolean).join(" ") : result.description });
    if (!moved && sentence.style.minHeight === "") {
      set(sentence, { text: result.sentence }); // so much room it will need
      sentence.style.minHeight = `${sentence.offsetHeight}px`;
    }
    set(sentence, { text: moved ? result.sentence : HELD });
    Object.assign(frame.dataset, now, result.shown);
  };

  // The first change of a frame is drawn at once, and all others of that frame together at its end.
  let request = 0;
  let stale = false;
  const follow = () => {
    stale = request !== 0;
    if (stale) return;
    redraw();
    request = requestAnimationFrame(() => {
      request = 0;
      if (stale) redraw();
    });
  };

  const opening = openingState(settings);
  const hear = () => {
    moved ||= Object.entries(state()).some(([control, value]) => written(value) !== written(opening[control]));
    follow();
  };
  const show = (values, asked = true) => {
    change({ ...opening, ...values });
    moved = asked;
    follow();
  };
  const reset = () => show({}, false);
  addButtons(buttons, settings, state, change, reset);
  const address = pageAddress(frame, settings, state, show, reset);
  let unname = () => {};
  const observer = new ResizeObserver(([entry]) => {
    if (width === 0) {
      unname = nameControls(frame.closest(".lk-explorer"));
      address.open();
      // A built page hides the still drawing then. A selector that looked into the figure would be asked at every move.
      frame.closest(".widget-subarea")?.classList.add("lk-live");
    }
    if (width !== Math.round(entry.contentRect.width)) sentence.style.minHeight = "";
    width = Math.round(entry.contentRect.width);
    redraw();
  });
  observer.observe(frame);
  const heard = Object.keys(settings).map((control) => `change:${control}`);
  for (const event of heard) {
    model.on(event, hear);
    model.on(event, address.note);
  }

  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
    lines.disconnect();
    unname();
    address.close();
    for (const event of heard) {
      model.off(event, hear);
      model.off(event, address.note);
    }
  };
}

// The nearest value that the control can take.
function onGrid({ min, max, step, value: opening }, value) {
  if (typeof opening === "boolean") return Boolean(Number(value));
  const inside = Math.min(Math.max(value, min), max);
  return Number(Math.min(min + Math.round((inside - min) / step) * step, max).toPrecision(12));
}

function openingState(settings) {
  return Object.fromEntries(Object.entries(settings).map(([control, { value }]) => [control, value]));
}

// One button for every control that is a seed, which counts up, and one that resets them all.
function addButtons(row, settings, state, change, reset) {
  const addButton = (text, press) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", press);
    row.append(button);
  };
  for (const [control, { button, min, max }] of Object.entries(settings)) {
    if (button) addButton(button, () => change({ [control]: state()[control] < max ? state()[control] + 1 : min }));
  }
  addButton("Reset", reset);
}

// A value as the address has it: short, a box that is ticked as 1.
function written(value) {
  return String(Number(Number(value).toPrecision(9)));
}

/**
 * The state in the page's address: #tau=0.2&sigma=0.1 for the first explorer of the page, #explorer=2&tau=0.2 for the
 * second. Only a built page is written on; a notebook's address belongs to the notebook.
 */
function pageAddress(frame, settings, state, show, reset) {
  if (document.querySelector(PAGE_STATE) === null) return { open() {}, note() {}, close() {} };
  const opening = openingState(settings);
  const place = () => {
    const before = (view) => view.compareDocumentPosition(frame) & Node.DOCUMENT_POSITION_FOLLOWING;
    return 1 + [...document.querySelectorAll(PAGE_VIEWS)].filter(before).length;
  };
  const asked = (hash = location.hash) => {
    const given = new URLSearchParams(hash.slice(1));
    if (Number(given.get("explorer") ?? 1) !== place()) return [];
    return Object.keys(settings).filter((control) => given.has(control) && Number.isFinite(Number(given.get(control))))
      .map((control) => [control, Number(given.get(control))]);
  };
  const open = (hash) => {
    const values = asked(hash);
    if (values.length === 0) return;
    show(Object.fromEntries(values));
    frame.closest(".lk-explorer")?.scrollIntoView();
  };
  const write = () => {
    const now = state();
    const changed = Object.keys(settings).filter((control) => written(now[control]) !== written(opening[control]));
    if (changed.length === 0 && asked().length === 0) return;
    const parameters = new URLSearchParams(changed.length > 0 && place() > 1 ? { explorer: place() } : {});
    for (const control of changed) parameters.set(control, written(now[control]));
    const bare = location.href.split("#")[0];
    history.replaceState(history.state, "", changed.length > 0 ? `${bare}#${parameters}` : bare);
  };
  let timer = 0;
  const note = () => {
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED);
  };
  // What was asked for, whatever has been written into the address since: the last move may just have been.
  const go = ({ oldURL, newURL }) => {
    const [before, now] = [oldURL, newURL].map((url) => new URL(url).hash);
    // Back on the bare page, nothing is asked for any more.
    if (now === "" && asked(before).length > 0) reset();
    else open(now);
  };
  window.addEventListener("hashchange", go);
  return {
    open,
    note,
    close() {
      clearTimeout(timer);
      window.removeEventListener("hashchange", go);
    },
  };
}

/**
 * Give every slider's handle a name and a value in words, which noUiSlider and ipywidgets leave out. The name is the
 * slider's label, whose unit in parentheses goes to the value. Returns the function that stops it.
 */
function nameControls(explorer) {
  if (explorer === null) return () => {};
  const nameAll = () => {
    for (const slider of explorer.querySelectorAll(".widget-slider")) {
      const text = slider.querySelector(".widget-label")?.textContent.trim() ?? "";
      const [, name, unit] = text.match(/^(.*?)(?: \(([^()]*)\))?$/);
      const readout = slider.querySelector(".widget-readout");
      const value = [readout?.textContent, unit].filter(Boolean).join(" ");
      if (readout) label(readout, { role: "textbox", "aria-label": `${name}, value` });
      for (const handle of slider.querySelectorAll(".noUi-handle")) label(handle, { "aria-label": name, "aria-valuetext": value });
    }
  };
  // noUiSlider writes its own text at every move; writing only a different one ends the exchange.
  const label = (element, attributes) => {
    for (const [attribute, said] of Object.entries(attributes)) {
      if (element.getAttribute(attribute) !== said) element.setAttribute(attribute, said);
    }
  };
  nameAll();
  const observer = new MutationObserver(nameAll);
  observer.observe(explorer.querySelector(".lk-controls"), {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["aria-valuetext"],
  });
  return () => observer.disconnect();
}
