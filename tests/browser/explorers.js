// What the tests ask of an explorer from within its page, in one go: quicker than a reader, and between two frames.
window.probe = (() => {
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const says = (element) => (element.textContent.trim() || element.getAttribute("class") || element.tagName).slice(0, 40);
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const center = ({ left, top, width, height }) => [left + width / 2, top + height / 2];

  /** Put the control at that place to a value: a slider only to either end of its range, by key. */
  function move(explorer, place, { value, end }) {
    const control = explorer.querySelectorAll(".lk-controls > *")[place];
    const [handle, select, box] = [".noUi-handle", "select", "input[type=checkbox]"].map((kind) => control.querySelector(kind));
    if (handle) handle.dispatchEvent(new KeyboardEvent("keydown", { key: end, bubbles: true }));
    if (select && select.selectedIndex !== value) {
      select.selectedIndex = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (box && box.checked !== Boolean(value)) box.click();
  }

  /** What is wrong with the drawing as it stands: numbers that are none, and texts that stick out, overlap or are too small. */
  function faults(explorer, smallest) {
    const found = [];
    const figure = explorer.querySelector(".lk-figure");
    const bad = figure.outerHTML.match(/.{0,40}(NaN|Infinity|undefined|\bnull\b|\[object).{0,20}/);
    if (bad) found.push(bad[0]);
    for (const [name, text] of Object.entries(figure.dataset)) {
      if (!/^(true|false)$/.test(text) && (text === "" || !Number.isFinite(Number(text)))) found.push(`${name} is "${text}"`);
    }
    const outer = explorer.getBoundingClientRect();
    const svg = figure.querySelector("svg").getBoundingClientRect();
    for (const element of explorer.querySelectorAll("p, label, button, select, .widget-readout, .noUi-handle, svg *")) {
      const { fill, stroke } = getComputedStyle(element);
      const nothing = element.closest("svg") && fill === "rgba(0, 0, 0, 0)" && stroke === "none"; // what only takes the pointer
      if (!seen(element) || nothing || element.closest("[clip-path], defs")) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 && box.height === 0) continue;
      if (box.left < outer.left - 1 || box.right > Math.min(outer.right, innerWidth) + 1) found.push(`${says(element)} sticks out`);
      if (element.tagName !== "text" && element.closest("svg")) continue;
      if (element.tagName === "text" && (box.top < svg.top - 1 || box.bottom > svg.bottom + 1)) {
        found.push(`${says(element)} is above or below the figure`);
      }
      if (element.textContent.trim() && parseFloat(getComputedStyle(element).fontSize) < smallest) {
        found.push(`${says(element)} is too small`);
      }
    }
    // A line of text is higher than its letters are: a fifth of it at the top and at the bottom is air.
    const texts = [...figure.querySelectorAll("svg text")].filter((text) => seen(text) && text.textContent.trim());
    const boxes = texts.map((text) => {
      const { left, right, top, bottom, height } = text.getBoundingClientRect();
      return { left, right, top: top + height / 5, bottom: bottom - height / 5 };
    });
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) found.push(`"${says(texts[i])}" and "${says(texts[i + 1 + j])}" overlap`);
    }));
    return found;
  }

  /** Put the controls to all combinations of the values given for each, and return the faults of every drawing. */
  async function corners(explorer, { reaches, smallest }) {
    const names = Object.keys(reaches);
    const all = names.reduce((some, name) => some.flatMap((corner) => reaches[name].map((reach) => [...corner, reach])), [[]]);
    const found = [];
    for (const corner of all) {
      corner.forEach((reach, place) => move(explorer, place, reach));
      await frame();
      const state = explorer.querySelector(".lk-figure").dataset;
      const at = names.map((name) => `${name}=${state[name]}`).join("&");
      corner.forEach(({ value }, place) => {
        const off = Math.abs(Number(JSON.parse(state[names[place]])) - value);
        if (!(off <= 1e-9 * Math.abs(value))) found.push(`${at}: ${names[place]} is not at ${value}`);
      });
      found.push(...faults(explorer, smallest).map((fault) => `${at}: ${fault}`));
    }
    return { drawn: all.length, found };
  }

  /** Drag a handle to a fraction of its slider, in fifty moves of the mouse before the next frame. */
  function dragAtOnce(handle, fraction) {
    const base = handle.closest(".noUi-base").getBoundingClientRect();
    const [start, y] = center(handle.getBoundingClientRect());
    const end = base.left + fraction * base.width;
    const say = (target, type, x) => target.dispatchEvent(
      new MouseEvent(type, { clientX: x, clientY: y, buttons: type === "mouseup" ? 0 : 1, bubbles: true, cancelable: true }));
    say(handle, "mousedown", start);
    for (let i = 1; i <= 50; i += 1) say(document.documentElement, "mousemove", start + ((end - start) * i) / 50);
    say(document.documentElement, "mouseup", end);
  }

  /** Each text with its color, its opacity, and the colors behind it from the nearest to the farthest. */
  function colors(explorer) {
    const places = "text, p, button, select, .widget-label, .widget-readout, .widget-label-basic span, .widget-html-content";
    return [...explorer.querySelectorAll(places)].filter((element) => seen(element) && element.textContent.trim()).map((element) => {
      const { fill, fillOpacity, color } = getComputedStyle(element);
      const isDrawn = element.tagName === "text";
      const behind = [];
      let opacity = isDrawn ? Number(fillOpacity) : 1;
      for (let outer = element; outer; outer = outer.parentElement) {
        behind.push(getComputedStyle(outer).backgroundColor);
        opacity *= Number(getComputedStyle(outer).opacity);
      }
      return { text: says(element), color: isDrawn ? fill : color, opacity, behind };
    });
  }

  return { corners, dragAtOnce, colors };
})();
