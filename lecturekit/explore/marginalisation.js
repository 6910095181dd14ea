import { binCounts, rms } from "./math/lists.js";
import { marginalProfile, marginalSummit, meanDensity } from "./math/marginalisation.js";
import { normals } from "./math/random.js";
import { add, axisX, axisY, format, legend, linearScale, set, ticks } from "./draw.js";
import { liveFigure } from "./frame.js";

const LEVELS = [30, 10, 3, 1]; // contours: how far below its maximum the log likelihood stands
// From -1 to 1, closest at 0: a narrow peak within a wide foot is kept.
const NODES = Array.from({ length: 121 }, (_, i) => ((i - 60) / 60) * Math.abs((i - 60) / 60));
const REACH = 4.5; // of a curve, in its widest standard deviation
const CURVES = ["population", "likelihood", "exact"];
const DIAMOND = "M-7,0L0,-7L7,0L0,7Z";
const CROSS = "M-5,-5L5,5M-5,5L5,-5";

function build(svg, fixed, change) {
  const { domain, tallest, decimals, quantity, unit, truth, objects } = fixed;
  const axes = ["x", "x", "y"].map(() => add(svg, "g"));
  const density = add(svg, "text", { class: "lk-muted", "text-anchor": "middle", text: "density" });
  const bars = add(svg, "path", { class: "lk-bars lk-data" });
  const surface = add(svg, "rect", { class: "lk-surface" });
  const contours = LEVELS.map(() => add(svg, "path", { class: "lk-contour lk-answer" }));
  const guide = add(svg, "path", { class: "lk-guide lk-population" });
  const curves = CURVES.map((curve) => add(svg, "path", { class: `lk-line lk-${curve}` }));
  const summit = add(svg, "path", { class: "lk-solid lk-exact lk-answer", d: DIAMOND });
  const cross = truth && add(svg, "path", { class: "lk-line lk-truth lk-answer", d: CROSS });
  const point = add(svg, "rect", { class: "lk-solid lk-population lk-point", width: 14, height: 14 });
  const handle = add(svg, "circle", { class: "lk-handle", r: 22 });
  const line = (name) => ({ tag: "line", mark: { class: `lk-line lk-${name}`, x1: 1, x2: 23, y1: 0, y2: 0 } });
  const sign = (d, name, kind) => ({ tag: "path", mark: { class: `lk-${kind} lk-${name}`, d, transform: "translate(14, 0)" } });
  const above = legend(svg, [
    { tag: "rect", mark: { class: "lk-bars lk-data", x: 6, y: -7, width: 14, height: 14 }, text: "measured y" },
    { ...line("population"), text: "population, τ", name: "lk-population" },
    { ...line("likelihood"), text: "noise, σ" },
    { ...line("exact"), text: "both, √(τ² + σ²)", name: "lk-exact" },
  ]);
  const between = legend(svg, [
    { ...sign("M-6,-6H6V6H-6Z", "population", "solid"), text: "your μ and τ", name: "lk-population" },
    { ...sign(DIAMOND, "exact", "solid"), text: "maximum", name: "lk-exact" },
    ...(truth ? [{ ...sign(CROSS, "truth", "line"), text: "truth", name: "lk-truth" }] : []),
    { tag: "ellipse", mark: { class: "lk-contour", cx: 13, cy: 0, rx: 10, ry: 6 }, text: "ln L lower by 1, 3, 10, 30" },
  ]);
  const inUnit = (value) => `${format(value, decimals)}${unit && ` ${unit}`}`;
  const titled = (text) => (unit ? `${text} (${unit})` : text);
  let [drawnWidth, drawnData, data, box, convolution] = [0, "", null, null, 0];

  const toValues = ({ clientX, clientY }) => {
    const { left, top } = svg.getBoundingClientRect();
    return { mu: linearScale(box.range, domain)(clientX - left), tau: linearScale(box.lower, [0, tallest])(clientY - top) };
  };
  surface.addEventListener("click", (event) => change(toValues(event)));
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) change(toValues(event));
  });

  return function draw({ tau, sigma, mu, J, sky }, width) {
    const key = [sigma, J, sky].join();
    if (key !== drawnData) data = observe(fixed, sigma, J, sky);
    const { mean, sd, top } = marginalProfile(tau, data.y, data.error);
    const below = data.summit.top - top + 0.5 * ((mu - mean) / sd) ** 2;
    const seen = Math.hypot(tau, data.noise);

    if (width !== drawnWidth) {
      const height = Math.min(Math.max(0.27 * width, 130), 180);
      const longest = Math.max(...ticks([0, tallest], height / 45).map((tick) => tick.label.length));
      const range = [34 + 8 * longest, width - 18];
      const row = [range[0] - 12, width]; // of the legends
      const start = above(row, 0) + 8;
      const lowerStart = between(row, start + height + 58) + 8;
      box = { range, upper: [start + height, start], lower: [lowerStart + height, lowerStart] };
      axisX(axes[0], domain, range, box.upper[0], titled(`${quantity || "value"}, true or measured`));
      axisX(axes[1], domain, range, box.lower[0], titled("population mean μ"));
      axisY(axes[2], [0, tallest], box.lower, range[0], titled("population sd τ"), 12);
      set(density, { transform: `translate(12, ${start + height / 2}) rotate(-90)` });
      set(surface, { x: range[0], y: lowerStart, width: range[1] - range[0], height });
    }
    const x = linearScale(domain, box.range);
    const upper = linearScale([0, data.peak], box.upper);
    const lower = linearScale([0, tallest], box.lower);
    if (width !== drawnWidth || key !== drawnData) {
      const heights = data.histogram;
      const step = (box.range[1] - box.range[0]) / heights.length;
      set(bars, { d: heights.map((value, i) => barPath(box.range[0] + i * step, step, upper(value), box.upper[0])).join("") });
      LEVELS.forEach((level, i) => set(contours[i], { d: contourPath(data, level, x, lower, box) }));
      set(summit, { transform: `translate(${x(data.summit.mu)}, ${Math.max(lower(data.summit.tau), box.lower[1])})` });
      if (truth) set(cross, { transform: `translate(${x(truth.mu)}, ${lower(truth.tau)})` });
      [drawnWidth, drawnData] = [width, key];
    }

    const spreads = [[tau], data.kernel, data.kernel.map((error) => Math.hypot(tau, error))];
    curves.forEach((curve, i) => set(curve, { d: curvePath(mu, spreads[i], x, upper, box) }));
    const [px, py] = [x(mu), lower(tau)];
    set(guide, { d: `M${px},${box.upper[1]}V${box.upper[0]}M${px},${box.lower[1]}V${py}` });
    set(point, { x: px - 7, y: py - 7 });
    set(handle, { cx: px, cy: py });

    const count = `${data.y.length} ${objects[data.y.length === 1 ? 0 : 1]}`;
    return {
      height: box.lower[0] + 46,
      shown: { seen, scatter: data.scatter, below, bestMu: data.summit.mu, bestTau: data.summit.tau },
      sentence: `Seen through the noise the population is √(τ² + ${truth ? "σ²" : "⟨σ²⟩"}) = ${inUnit(seen)} wide, and the ${count} `
        + `${data.y.length === 1 ? "scatters" : "scatter"} by ${inUnit(data.scatter)}. The log likelihood stands `
        + `${format(below, 1)} below its maximum, which is at τ = ${inUnit(data.summit.tau)}.`,
      description: `Above, a histogram of ${count} and three curves around μ = ${inUnit(mu)}: the population of sd ${inUnit(tau)}, `
        + `the noise of sd ${inUnit(data.noise)}, and the wider curve that both make together. Below, contours of the log `
        + `likelihood over μ and τ, with a point at your μ and τ and a diamond at the maximum.`,
      results: `The maximum is at μ = ${inUnit(data.summit.mu)} and τ = ${inUnit(data.summit.tau)}.`,
    };
  };
}

// All that the data alone decide: simulated with errors sigma, or given, sigma then being a factor on their errors.
function observe({ truth, y: given, error: stated, domain, tallest, bins }, sigma, J, sky) {
  const z = given ? [] : normals(sky, 2 * J);
  const y = given ?? Array.from({ length: J }, (_, j) => truth.mu + truth.tau * z[2 * j] + sigma * z[2 * j + 1]);
  const error = given ? stated.map((value) => sigma * value) : new Array(J).fill(sigma);
  const noise = rms(error, new Array(y.length).fill(0));
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const histogram = binCounts(y, ...domain, bins).map((count) => (count * bins) / y.length / (domain[1] - domain[0]));
  const summit = marginalSummit(y, error);
  const sorted = Float64Array.from(error).sort();
  const every = sorted[0] === sorted[y.length - 1] ? y.length : Math.ceil(y.length / 200);
  const kernel = Array.from(sorted.filter((_, j) => j % every === 0));
  const best = kernel.map((value) => Math.hypot(summit.tau, value));
  return {
    y, error, noise, histogram, summit, kernel,
    scatter: rms(y, new Array(y.length).fill(mean)),
    peak: 1.12 * Math.max(...histogram, 1.4 * meanDensity(0, 0, best)),
    profiles: NODES.filter((_, i) => i % 2 === 0).map((node) => Math.min(Math.max(summit.tau + node * tallest, 0), tallest))
      .map((tau) => ({ tau, ...marginalProfile(tau, y, error) })),
  };
}

function barPath(left, step, top, base) {
  return `M${(left + 0.5).toFixed(1)},${base}V${top.toFixed(1)}h${(step - 1).toFixed(1)}V${base}Z`;
}

// A curve, cut off where it leaves the frame; without any width a spike.
function curvePath(mean, spreads, x, y, { range, upper }) {
  const widest = Math.max(...spreads);
  if (widest === 0) return `M${x(mean)},${upper[0]}V${upper[1]}`;
  let wasOut = true;
  return NODES.map((node) => node * REACH * widest)
    .map((offset) => [x(mean + offset), Math.max(y(meanDensity(offset, 0, spreads)), upper[1])])
    .filter(([px]) => px >= range[0] && px <= range[1])
    .map(([px, py]) => {
      const isOut = py === upper[1];
      const command = wasOut && isOut ? "M" : "L";
      wasOut = isOut;
      return `${command}${px.toFixed(1)},${py.toFixed(1)}`;
    }).join("").replace(/^L/, "M");
}

// A contour in closed form: at each tau the log likelihood is a parabola in mu. Cut off at the frame's sides.
function contourPath({ profiles, summit }, level, x, y, { range }) {
  const reach = ({ top }) => 2 * (top - summit.top + level); // the square of its half width, in sd
  const inside = profiles.flatMap((now, i) => {
    const before = profiles[Math.max(i - 1, 0)];
    const part = reach(before) / (reach(before) - reach(now)); // where between the two it closes
    const end = { mean: now.mean, sd: 0, tau: before.tau + part * (now.tau - before.tau), top: now.top };
    return [...(reach(before) * reach(now) < 0 ? [end] : []), ...(reach(now) >= 0 ? [now] : [])];
  });
  const side = (sign) => ({ tau, mean, sd, top }) => {
    const px = x(mean + (sd && sign * sd * Math.sqrt(reach({ top }))));
    return `${Math.min(Math.max(px, range[0]), range[1]).toFixed(1)},${y(tau).toFixed(1)}`;
  };
  return inside.length > 0 ? `M${[...inside.map(side(-1)), ...inside.reverse().map(side(1))].join("L")}Z` : "";
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Population, noise and the marginal likelihood", build });
}

export default { render };
