import { balancedNoise, distantTruths, errorsOverSkies, flatTauPull, jamesSteinPull, pulledToMean } from "./math/james_stein.js";
import { squaresAboutMean } from "./math/lists.js";
import { normals } from "./math/random.js";
import { add, axisX, format, linearScale, path, set } from "./draw.js";
import { liveFigure } from "./frame.js";
import { addMarks, marks } from "./marks.js";

const KEY = 22; // the line above the strips
const STRIP = 72; // a label, the estimates, and below them the true values
const DOMAIN = [-7, 14.5];
const ROW = 20; // of a bar
const NAMES = ["measured y", "James-Stein", "hierarchical"];
const BAR_NAMES = ["raw", ...NAMES.slice(1)];
const IDEAS = ["data", "partial", "exact"];
const MARKS = ["circle", "square", "triangle"];
const BAR_LABEL = 88; // left of the bars
const BAR_VALUE = 44; // right of them
const BAR_DOMAINS = [[0, 1.2], [0, 10]]; // of all objects together, of the distant one alone
const TWO_COLUMNS = 560;

function build(svg, { most, skies }) {
  const axis = add(svg, "g");
  set(addMarks(svg, "diamond", "truth"), { d: marks("diamond", [[16, KEY - 9]], 4.5) });
  const key = add(svg, "text", { class: "lk-truth", x: 26, y: KEY - 5 });
  const strips = IDEAS.map((idea, i) => {
    const top = KEY + i * STRIP;
    const shape = MARKS[i];
    set(addMarks(svg, shape, idea), { d: marks(shape, [[16, top + 11]], 4.5) });
    return {
      shape,
      top,
      label: add(svg, "text", { class: `lk-${idea}`, x: 26, y: top + 15 }),
      errors: add(svg, "path", { class: "lk-axis" }),
      own: add(svg, "path", { class: "lk-line lk-truth" }),
      truths: addMarks(svg, "diamond", "truth"),
      estimates: addMarks(svg, shape, idea),
    };
  });
  const heading = add(svg, "text", { class: "lk-muted", text: `squared error over raw, mean of ${skies} skies` });
  const groups = BAR_DOMAINS.map((domain) => ({
    domain,
    title: add(svg, "text"),
    raw: add(svg, "line", { class: "lk-guide lk-data", "stroke-dasharray": "4 3" }),
    bars: IDEAS.map((idea, i) => ({
      name: add(svg, "text", { class: `lk-${idea}`, "text-anchor": "end", text: BAR_NAMES[i] }),
      bar: add(svg, "rect", { class: `lk-solid lk-${idea}`, height: ROW - 7 }),
      value: add(svg, "text", { class: "lk-halo" }),
    })),
  }));
  // The same skies for every setting: what changes in the average is the setting's doing.
  const noise = balancedNoise(1000, skies / 2, most);
  let drawnWidth = 0;
  let settled = "";
  let average;

  return function draw({ J, spread, distance, sky }, width) {
    const range = [14, width - 14];
    const x = linearScale(DOMAIN, range);
    const barsTop = KEY + IDEAS.length * STRIP + 62;
    const truth = distantTruths(J, spread, distance);
    const y = normals(sky, most).slice(0, J).map((z, j) => truth[j] + z);
    const squares = squaresAboutMean(y);
    const c = jamesSteinPull(J, squares);
    const estimates = [0, c, flatTauPull(J, squares)].map((pull) => pulledToMean(y, pull));
    const totals = estimates.map((values) => values.reduce((sum, value, j) => sum + (value - truth[j]) ** 2, 0));
    const setting = `${J} ${spread} ${distance}`;
    if (setting !== settled) average = errorsOverSkies(truth, noise);
    settled = setting;
    const { jamesStein, hierarchical } = average;
    const errors = [
      { values: [1, jamesStein.total, hierarchical.total], title: `all ${J} objects`, one: "the one object" },
      { values: [1, jamesStein.first, hierarchical.first], title: `the object at ${format(distance, 2)} σ alone` },
    ];
    const objects = J === 1 ? "1 object" : `${J} objects`;

    if (width !== drawnWidth) {
      axisX(axis, DOMAIN, range, KEY + IDEAS.length * STRIP + 2, width < TWO_COLUMNS
        ? "distance from the others' true mean (σ)" : "distance from the true mean of the others (σ)");
      set(heading, { x: 14, y: barsTop + 8 });
    }
    drawnWidth = width;
    set(key, { text: `true value, joined to its estimate${width < TWO_COLUMNS ? "" : " above it"}` });
    strips.forEach(({ shape, top, label, errors: lines, own, truths, estimates: shapes }, i) => {
      const [high, low] = [top + 29, top + 61];
      const from = Array.from(estimates[i], (value) => [x(value), high]);
      const to = Array.from(truth, (value) => [x(value), low]);
      const joins = from.map((point, j) => path([point, to[j]]));
      set(label, { text: `${NAMES[i]}: total squared error ${format(totals[i], 1)} σ²` });
      set(lines, { d: joins.slice(1).join("") });
      set(own, { d: joins[0] });
      set(truths, { d: marks("diamond", to, 3) });
      set(shapes, { d: marks(shape, from.slice(1), 3) + marks(shape, from.slice(0, 1), 5) });
    });
    const columns = width < TWO_COLUMNS ? 1 : 2;
    const across = columns === 2 ? (width - 20) / 2 : width;
    groups.forEach(({ domain, title, bars, raw }, g) => {
      const left = 14 + (columns === 2 ? g * (across + 20) : 0);
      const top = barsTop + 32 + (columns === 2 ? 0 : g * (4 * ROW + 12));
      const length = linearScale(domain, [0, across - 28 - BAR_LABEL - BAR_VALUE]);
      const start = left + BAR_LABEL;
      set(title, { x: left, y: top, text: g === 0 && J === 1 ? errors[g].one : errors[g].title, "font-weight": 600 });
      bars.forEach(({ name, bar, value }, i) => {
        const line = top + (i + 1) * ROW;
        const end = length(Math.min(errors[g].values[i], domain[1]));
        set(name, { x: start - 8, y: line });
        set(bar, { x: start, y: line - 11, width: end });
        set(value, { x: start + end + 7, y: line, text: format(errors[g].values[i], 2) });
      });
      set(raw, { x1: start + length(1), x2: start + length(1), y1: top + 7, y2: top + 3 * ROW + 5 });
    });

    return {
      height: barsTop + 32 + (columns === 2 ? 1 : 2) * (3 * ROW + 12) + (columns === 2 ? 0 : ROW),
      shown: {
        c, skyRaw: totals[0], skyJamesStein: totals[1], skyHierarchical: totals[2], better: jamesStein.better,
        totalJamesStein: jamesStein.total, totalHierarchical: hierarchical.total,
        ownJamesStein: jamesStein.first, ownHierarchical: hierarchical.first,
      },
      sentence: J > 3 ? gained(totals, average, skies, distance) : nothingGained(J, totals, hierarchical),
      description: `${objects} in one sky, three times over: measured values, James-Stein and hierarchical estimates, each `
        + `joined to its true value; their total squared errors are ${totals.map((total) => format(total, 1)).join(", ")} σ². `
        + `Bars below show average squared errors relative to raw: of all objects ${format(jamesStein.total, 2)} for `
        + `James-Stein and ${format(hierarchical.total, 2)} for the hierarchical model, of the object at `
        + `${format(distance, 2)} σ alone ${format(jamesStein.first, 2)} and ${format(hierarchical.first, 2)}.`,
    };
  };
}

function gained([raw, shrunk], { jamesStein: { total, first, better } }, skies, distance) {
  const pays = first > 1 ? "that object pays, with" : "that object gains too, with";
  return `In this sky James-Stein ${shrunk < raw ? "lowers" : "raises"} the total squared error from ${format(raw, 1)} to `
    + `${format(shrunk, 1)} σ²; over ${skies} skies it averages ${format(total, 2)} of raw and is smaller in `
    + `${format(100 * better, 0)} %. `
    + `One object lies ${format(distance, 2)} σ from the rest: ${pays} ${format(first, 2)} times its own raw error.`;
}

function nothingGained(J, [raw], { total }) {
  const rest = [
    "With one object the mean is the measurement itself, and the hierarchical model moves nothing either.",
    "Nor does the hierarchical model: two objects set no upper limit to τ, and without one there is no pooling.",
    `The hierarchical model does shrink, and its total averages ${format(total, 2)} of raw.`,
  ];
  return `Toward the mean James-Stein needs four objects; with ${J} it leaves every measurement where it is, and this sky's `
    + `total squared error at ${format(raw, 1)} σ². ${rest[J - 1]}`;
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Raw, James-Stein and hierarchical estimates, in one sky and over many", build });
}

export default { render };
