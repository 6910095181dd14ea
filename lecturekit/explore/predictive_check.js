import { muGivenTau } from "./math/hierarchy.js";
import { binCounts } from "./math/lists.js";
import { discrepancies, replicatedDeviations, tailFraction } from "./math/predictive_check.js";
import { normals } from "./math/random.js";
import { add, axisX, axisY, centerWithin, format, legend, linearScale, set } from "./draw.js";
import { liveFigure } from "./frame.js";

const BINS = 48;
const MARGIN = { left: 58, right: 18 };
// What each discrepancy has for an axis: its ends, given the mean, the spread and the number of objects, and its decimals.
const AXES = {
  mean: (mean, spread, n) => [mean - (5 * spread) / Math.sqrt(n), mean + (5 * spread) / Math.sqrt(n)],
  sd: (mean, spread) => [0, 2.2 * spread],
  largest: (mean, spread) => [mean - 2 * spread, mean + 5 * spread],
  farthest: (mean, spread) => [0, 5 * spread],
  skewness: () => [-3, 3],
  kurtosis: () => [-2.5, 6],
  z: () => [0, 6],
};

function build(svg, fixed) {
  const { y, error, domain, decimals, quantity, unit, spread } = fixed;
  const J = y.length;
  const sorted = Float64Array.from(y).sort();
  const center = y.reduce((sum, value) => sum + value / J, 0);
  const axes = ["x", "y", "x"].map(() => add(svg, "g"));
  const [fan, bars, tail] = ["lk-fan", "lk-bars", "lk-tail"].map(() => add(svg, "path"));
  const observed = add(svg, "path", { class: "lk-line lk-data" });
  const mark = add(svg, "line", { class: "lk-line lk-data" });
  const label = add(svg, "text", { class: "lk-halo" });
  const missing = add(svg, "text", { class: "lk-muted", "text-anchor": "middle" });
  const sample = { tag: "line", mark: { class: "lk-line lk-data", x1: 2, x2: 22, y1: 0, y2: 0 }, text: "measured y" };
  // One legend with the noise and one without: the other is hidden.
  const legends = [["lk-population", "replicated true values, no noise"], ["lk-partial", "replicated measurements"]]
    .map(([name, text]) => {
      const groups = [add(svg, "g"), add(svg, "g")];
      const box = (kind) => ({ tag: "rect", mark: { class: `${kind} ${name}`, x: 5, y: -7, width: 14, height: 14 } });
      const lines = { tag: "path", mark: { class: `lk-fan ${name}`, d: "M2,-5H22M2,0H22M2,5H22" }, text, name };
      return {
        groups,
        place: [legend(groups[0], [sample, lines]), legend(groups[1], [
          { ...box("lk-bars"), text: "replications" }, { ...box("lk-tail"), text: "those above the data: p" },
        ])],
      };
    });
  let [drawnWidth, drawnAxis, drawnSeed, labelled, z, box] = [0, -1, 0, "", null, null];

  return function draw({ tau, sigma, noise, discrepancy, replication }, width) {
    const { label: title, name, least } = fixed.discrepancies[discrepancy];
    const errors = error.map((value) => sigma * value);
    const mu = muGivenTau(y, errors, tau).mean;
    const scale = errors.map((value) => Math.hypot(tau, value));
    if (replication !== drawnSeed) {
      const sets = Math.max(100, Math.min(400, Math.floor(12000 / J)));
      z = normals(replication, 2 * sets * J);
      drawnSeed = replication;
    }
    const deviations = replicatedDeviations(tau, noise ? errors : new Array(J).fill(0), z);
    const sets = Array.from({ length: deviations.length / J }, (_, r) => deviations.subarray(r * J, (r + 1) * J));
    const shift = name === "mean" || name === "largest" ? mu : 0;
    const enough = J >= least;
    const values = enough ? sets.map((one) => discrepancies(one, scale)[name] + shift) : [];
    const truth = enough ? discrepancies(y.map((value) => value - mu), scale)[name] + shift : 0;
    const p = enough ? tailFraction(values, truth) : 0;
    const idea = noise ? "lk-partial" : "lk-population";
    const isLength = !["skewness", "kurtosis", "z"].includes(name);
    const inUnit = (value) => (isLength ? `${format(value, decimals)}${unit && ` ${unit}`}` : format(value, 2));

    if (width !== drawnWidth) {
      const range = [MARGIN.left, width - MARGIN.right];
      const height = Math.min(Math.max(0.27 * width, 130), 180);
      const row = [range[0] - 12, width]; // of the legends
      const first = Math.max(...legends.map(({ place }) => place[0](row, 0))) + 6;
      const second = Math.max(...legends.map(({ place }) => place[1](row, first + height + 58))) + 26;
      box = { range, upper: [first + height, first], lower: [second + 0.6 * height, second] };
      axisX(axes[0], domain, range, box.upper[0], unit ? `${quantity || "value"} (${unit})` : quantity || "value");
      axisY(axes[1], [0, 1], box.upper, range[0], "fraction below", 12);
    }
    const ends = AXES[name](center, spread, J);
    const span = name === "z" ? ends : [Math.min(ends[0], truth), Math.max(ends[1], 1.1 * truth - 0.1 * ends[0])];
    if (width !== drawnWidth || discrepancy !== drawnAxis) {
      axisX(axes[2], span, box.range, box.lower[0], isLength && unit ? `${title} (${unit})` : title);
      [drawnWidth, drawnAxis] = [width, discrepancy];
    }

    const x = linearScale(domain, box.range);
    const level = linearScale([0, 1], box.upper);
    const some = sets.slice(0, Math.min(Math.max(Math.floor(4000 / J), 5), 30));
    set(fan, { class: `lk-fan ${idea}`, d: some.map((one) => steps(one.slice().sort(), mu, x, level, box.range)).join("") });
    set(observed, { d: steps(sorted, 0, x, level, box.range) });
    legends.forEach(({ groups }, i) => groups.forEach((group) => set(group, { visibility: i === Number(noise) ? "visible" : "hidden" })));

    const counts = binCounts(values, ...span, BINS);
    const up = linearScale([0, Math.max(...counts, 1)], box.lower);
    set(bars, { class: `lk-bars ${idea}`, d: barsPath(counts, up, box) });
    set(tail, { class: `lk-tail ${idea}`, d: barsPath(binCounts(values.filter((value) => value > truth), ...span, BINS), up, box) });
    const place = Math.min(linearScale(span, box.range)(truth), box.range[1]);
    set(mark, { x1: place, x2: place, y1: box.lower[0], y2: box.lower[1] - 4, visibility: enough ? "visible" : "hidden" });
    set(label, { y: box.lower[1] - 9, text: enough ? `data ${inUnit(truth)}${truth > span[1] ? " →" : ""}` : "" });
    if (`${label.textContent} ${place}` !== labelled) { // measured only when it changes, which is rare
      centerWithin([[label, place]], box.range);
      labelled = `${label.textContent} ${place}`;
    }
    const need = `The ${title} needs ${least} objects or more; here ${J === 1 ? "is 1" : `are ${J}`}`;
    set(missing, { x: (box.range[0] + box.range[1]) / 2, y: (box.lower[0] + box.lower[1]) / 2, text: enough ? "" : `needs ${least} objects` });

    const n = sets.length;
    const above = values.filter((value) => value > truth).length;
    const exceed = above === 0 ? "none exceeds" : `${above === n ? "all" : above} ${above === 1 ? "exceeds" : "exceed"}`;
    const places = Math.min(p, 1 - p) < 0.05 ? 3 : 2;
    const chance = (p === 0 ? `p < ${format(1 / n, 4)}` : p === 1 ? `p > ${format(1 - 1 / n, 4)}`
      : `p = ${format(p, places)} ± ${format(Math.sqrt((p * (1 - p)) / n), places)}`).replaceAll(" ", "\u00a0");
    return {
      height: box.lower[0] + 46,
      shown: { mu, observed: truth, p, replications: n },
      sentence: enough
        ? `The ${title} of the data is ${inUnit(truth)}. Of ${n} replications ${noise ? "with" : "without"} noise, ${exceed} it: ${chance}.`
        : `${need}.`,
      description: `Above, the cumulative distribution of ${J} measured ${J === 1 ? "value" : "values"} as a black staircase, among `
        + `those of ${some.length} replications ${noise ? "with" : "without"} noise, at τ = ${format(tau, decimals)} and `
        + `${format(sigma, 2)} times the stated errors. Below, a histogram of the ${title} of ${n} replications, with a line at the `
        + `data's; ${enough ? `${format(100 * p, 0)} % of them lie above it` : need}.`,
    };
  };
}

// The staircase of sorted values: the fraction of them below each place, within the frame.
function steps(ordered, shift, x, y, [left, right]) {
  let d = "";
  ordered.forEach((value, k) => {
    const px = x(value + shift);
    if (px < left || px > right) return;
    const across = px.toFixed(1);
    d += `${d ? `H${across}` : `M${k > 0 ? left : across},${y(k / ordered.length).toFixed(1)}H${across}`}V${y((k + 1) / ordered.length).toFixed(1)}`;
  });
  return d && x(ordered[ordered.length - 1] + shift) > right ? `${d}H${right}` : d;
}

function barsPath(counts, y, { range, lower }) {
  const step = (range[1] - range[0]) / counts.length;
  return counts.map((count, i) => (count > 0
    ? `M${(range[0] + i * step + 0.5).toFixed(1)},${lower[0]}V${y(count).toFixed(1)}h${(step - 1).toFixed(1)}V${lower[0]}Z` : "")).join("");
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Replicated data against observed data", build });
}

export default { render };
