// A small SVG kit: what every explorer draws with. Lengths are CSS pixels: a figure is drawn anew at the width it has,
// so its text keeps its size on a phone. Colors come from explore.css, by class, and follow the page's theme by themselves.

/** Append a new SVG element to parent. */
export function add(parent, tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  parent.append(element);
  return set(element, attributes);
}

/** Set attributes of an element; `text` sets its content. Returns the element. */
export function set(element, { text, ...attributes }) {
  if (text !== undefined && element.textContent !== text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The linear map from the domain [a, b] to the pixels [p, q]. */
export function linearScale([a, b], [p, q]) {
  return (value) => p + ((value - a) / (b - a)) * (q - p);
}

/** A number with fixed decimals, a true minus sign and no negative zero. */
export function format(value, decimals) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The multiples of 1, 2 or 5 times a power of ten within [a, b], about count of them, with their labels. */
export function ticks([a, b], count) {
  const rough = (b - a) / count;
  const power = Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * 10 ** power >= rough) * 10 ** power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(a / step - 1e-9);
  const last = Math.floor(b / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: format(value, decimals) };
  });
}

/** Draw a horizontal axis at height y into group: a line, ticks, their labels and a title below, ending at pixel y + 44. */
export function axisX(group, domain, [left, right], y, title) {
  const x = linearScale(domain, [left, right]);
  group.replaceChildren();
  add(group, "line", { class: "lk-axis", x1: left, x2: right, y1: y, y2: y });
  for (const { value, label } of ticks(domain, (right - left) / 80)) {
    add(group, "line", { class: "lk-axis", x1: x(value), x2: x(value), y1: y, y2: y + 5 });
    add(group, "text", { class: "lk-muted", x: x(value), y: y + 19, "text-anchor": "middle", text: label });
  }
  add(group, "text", { x: (left + right) / 2, y: y + 39, "text-anchor": "middle", text: title });
}

/** The path through points [x, y]; with a baseline, closed down to it. */
export function path(points, baseline) {
  const line = `M${points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}`;
  return baseline === undefined ? line : `${line}V${baseline}H${points[0][0].toFixed(2)}Z`;
}

/** Center texts on their x as far as they then stay within [left, right]. */
export function centerWithin(labels, [left, right]) {
  const halves = labels.map(([text]) => text.getComputedTextLength() / 2); // read all before writing: one layout, not many
  labels.forEach(([text, x], i) => {
    set(text, { x: Math.min(Math.max(x, left + halves[i]), right - halves[i]), "text-anchor": "middle" });
  });
}

/**
 * The frame of every explorer: an SVG image with a name and a description, and below it a sentence read out as it changes.
 *
 * inputs names the model's traits to follow, fixed those that never change. build(svg, fixed values) creates the elements once and returns draw(state, width), which
 * moves them and returns { height, shown, sentence, description }: `shown` holds the numbers on display. They and the
 * inputs stand in full precision in the frame's data attributes. Returns the function that takes it all down.
 */
export function liveFigure({ model, el, name, inputs, fixed, build }) {
  const frame = document.createElement("div");
  frame.className = "lk-figure";
  const svg = add(frame, "svg", { role: "img", "aria-label": name });
  const description = add(svg, "desc");
  const sentence = document.createElement("p");
  sentence.setAttribute("aria-live", "polite");
  frame.append(sentence);
  el.append(frame);

  const values = (names) => Object.fromEntries(names.map((trait) => [trait, model.get(trait)]));
  const draw = build(svg, values(fixed));
  let width = 0;
  let request = 0;
  const redraw = () => {
    request = 0;
    if (width === 0) return; // not on display: the observer calls again when it is
    const state = values(inputs);
    const result = draw(state, width);
    set(svg, { viewBox: `0 0 ${width} ${result.height}`, height: result.height });
    set(description, { text: result.description });
    set(sentence, { text: result.sentence });
    Object.assign(frame.dataset, state, result.shown);
  };
  const schedule = () => {
    request ||= requestAnimationFrame(redraw); // many changes within a frame are drawn once
  };
  const observer = new ResizeObserver(([entry]) => {
    width = Math.round(entry.contentRect.width);
    schedule();
  });
  observer.observe(frame);
  for (const input of inputs) model.on(`change:${input}`, schedule);

  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
    for (const input of inputs) model.off(`change:${input}`, schedule);
  };
}
