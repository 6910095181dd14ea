import { add, axisX, format, legend, linearScale, set } from "./draw.js";
import { addMarks, markClass, marks } from "./marks.js";

// What the explorers of many objects share: a row for each object, with its measurement, its true value and its estimate.

const MOST_ROWS = 200; // of more objects only as many are drawn, evenly through their order
const MOST_NAMES = 24;

/** The legend of marks [shape, idea, text, group's class], laid out as `legend` says. */
export function objectLegend(svg, entries) {
  return legend(svg, entries.map(([shape, idea, text, group]) => (
    { tag: "path", mark: { class: markClass(shape, idea), d: marks(shape, [[12, 0, -Infinity]], 4.5) }, text, group })));
}

/** The domain that holds all values and their error bars, but for the longest of these. */
export function domainOf(y, sigma, others) {
  const longest = 2 * sigma[Math.floor(sigma.length / 2)]; // sorted: twice the median
  const bars = y.flatMap((value, j) => [value - Math.min(sigma[j], longest), value + Math.min(sigma[j], longest)]);
  const all = [...bars, ...others];
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const pad = 0.04 * (high - low) || 1e-6 * Math.abs(high);
  return [low - pad, high + pad];
}

/**
 * The rows, the noisiest object at the top; estimates are marked by squares or arrowheads, and stand in groups of the class
 * `name`. nameWidth(width) is what the names of objects take at the left of a figure; draw moves everything into place,
 * { left, right, top, bottom, domain }, and returns each drawn object's index and height.
 */
export function objectRows(svg, { labels, quantity, unit }, shape, name = "") {
  const axis = add(svg, "g");
  const mean = add(svg, "line", { class: "lk-line lk-population" });
  const bars = add(svg, "path", { class: "lk-axis" });
  const moves = add(add(svg, "g", { class: name }), "path");
  const measured = addMarks(svg, "circle", "data");
  const truth = addMarks(svg, "diamond", "truth");
  const estimates = addMarks(add(svg, "g", { class: name }), shape, "partial");
  const names = labels.length > MOST_NAMES ? [] : labels.map((text) => add(svg, "text", { class: "lk-muted", text }));
  let drawn = [];
  let rows = [];
  let size = 0;

  const nameWidth = (width) => {
    const widest = Math.max(0, ...names.map((name) => name.getComputedTextLength()));
    return widest < 0.3 * width ? widest + 10 : 0;
  };
  const draw = ({ y, sigma, theta }, estimate, mu, place) => {
    const { left, right, top, bottom, domain } = place;
    const x = linearScale(domain, [left, right]);
    if (drawn[0] !== y || drawn[1] !== place) {
      const count = Math.min(y.length, MOST_ROWS);
      const pitch = (bottom - top) / count;
      const at = (k) => (count === y.length ? k : Math.round((k * (y.length - 1)) / (count - 1)));
      rows = Array.from({ length: count }, (_, k) => ({ j: at(k), height: top + (k + 0.5) * pitch }));
      size = Math.min(4.5, Math.max(1, 0.32 * pitch));
      const inside = (value) => Math.min(Math.max(x(value), left), right).toFixed(2);
      const bar = ({ j, height }) => `M${inside(y[j] - sigma[j])},${height.toFixed(2)}H${inside(y[j] + sigma[j])}`;
      set(bars, { d: rows.map(bar).join("") });
      set(measured, { d: marks("circle", rows.map(({ j, height }) => [x(y[j]), height]), size) });
      set(truth, { d: theta ? marks("diamond", rows.map(({ j, height }) => [x(theta[j]), height]), size) : "" });
      set(moves, { class: pitch > 6 ? "lk-line lk-pull" : "lk-guide lk-pull" });
      const visibility = left > 20 ? "visible" : "hidden";
      names.forEach((name, j) => set(name, { x: left - 12, y: rows[j].height + 4.5, "text-anchor": "end", visibility }));
      axisX(axis, domain, [left, right], bottom, `${quantity}${unit && ` (${unit})`}`);
      drawn = [y, place];
    }
    set(mean, { x1: x(mu), x2: x(mu), y1: top, y2: bottom });
    const move = ({ j, height }) => `M${x(y[j]).toFixed(2)},${height.toFixed(2)}H${x(estimate[j]).toFixed(2)}`;
    set(moves, { d: rows.map(move).join("") });
    set(estimates, { d: marks(shape, rows.map(({ j, height }) => [x(estimate[j]), height, x(y[j])]), 0.9 * size) });
    return rows;
  };
  return { nameWidth, draw };
}

/** "1 star", "2 stars". */
export function counted(count, kind) {
  return `${count} ${kind}${count === 1 ? "" : "s"}`;
}

/** What a number is said as: with so many decimals, and its unit. */
export function inUnits(unit, decimals) {
  const power = unit.startsWith("10") ? " ×" : "";
  return (value) => `${format(value, decimals)}${power}${unit && ` ${unit}`}`;
}
