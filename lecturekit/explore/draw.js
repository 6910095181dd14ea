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
  // Text is changed within its node: a new node would have the browser look through the page for rules that ask for it.
  if (text !== undefined && element.firstChild) element.firstChild.data = text;
  else if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    // To set what is already there has the browser style the element anew.
    if (element.getAttribute(name) !== `${value}`) element.setAttribute(name, value);
  }
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
  for (const { value, label } of ticks(domain, Math.max(3, (right - left) / 80))) {
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

const widths = new Map();

/** The width of a text. All digits have one width, so a number is measured once, not in a layout of the page at every move. */
export function textWidth(text) {
  const shape = `${text.getAttribute("class")} ${text.textContent.replace(/\d/g, "0")}`;
  if (!widths.get(shape)) widths.set(shape, text.getComputedTextLength());
  return widths.get(shape);
}

/** Center texts on their x as far as they then stay within [left, right]. */
export function centerWithin(labels, [left, right]) {
  for (const [text, x] of labels) {
    const half = textWidth(text) / 2;
    set(text, { x: Math.min(Math.max(x, left + half), right - half), "text-anchor": "middle" });
  }
}

/** Draw a vertical axis at pixel x into group, ticks on its left, its title turned and its middle at pixel titleX. */
export function axisY(group, domain, [bottom, top], x, title, titleX) {
  const y = linearScale(domain, [bottom, top]);
  group.replaceChildren();
  add(group, "line", { class: "lk-axis", x1: x, x2: x, y1: bottom, y2: top });
  for (const { value, label } of ticks(domain, Math.abs(bottom - top) / 45)) {
    add(group, "line", { class: "lk-axis", x1: x - 5, x2: x, y1: y(value), y2: y(value) });
    add(group, "text", { class: "lk-muted", x: x - 9, y: y(value) + 4.5, "text-anchor": "end", text: label });
  }
  const middle = `translate(${titleX}, ${(bottom + top) / 2}) rotate(-90)`;
  add(group, "text", { transform: middle, "text-anchor": "middle", text: title });
}

/**
 * Add a legend: entries of a mark, drawn within 24 pixels about (12, 0), and a text, { tag, mark, text, name, group }, in
 * the class `name`, both in a group of the class `group`. Returns place(range, top), which lays them out in rows as they fit and returns the pixel below them.
 */
export function legend(parent, entries) {
  const items = entries.map(({ tag, mark, text, name = "", group: kind = "" }) => {
    const group = add(parent, "g", { class: kind });
    add(group, tag, mark);
    return { group, label: add(group, "text", { class: name, x: 30, y: 4.5, text }) };
  });
  return ([left, right], top) => {
    const widths = items.map(({ label }) => 30 + Math.ceil(label.getComputedTextLength())); // marks on whole pixels
    let [x, y] = [left, top + 10];
    items.forEach(({ group }, i) => {
      if (x > left && x + widths[i] > right) [x, y] = [left, y + 20];
      set(group, { transform: `translate(${x}, ${y})` });
      x += widths[i] + 18;
    });
    return y + 12;
  };
}
