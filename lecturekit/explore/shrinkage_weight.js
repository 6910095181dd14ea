import { shrinkageWeight, thetaGiven } from "./math/hierarchy.js";
import { relativeNormal } from "./math/normal.js";
import { add, axisX, centerWithin, format, linearScale, path, set, textWidth } from "./draw.js";
import { liveFigure } from "./frame.js";

// Drawn in this order, the broken lines over the solid one: all three are seen where they coincide.
const CURVES = ["posterior", "population", "likelihood"];
const ROW = 19; // height of a line of labels
const LABELS = 12 + CURVES.length * ROW;
const LANE = 54; // between the curves and the axis, where y is pulled to mu
const MARGIN = { left: 24, right: 10 };
// Steps in standard deviations, not in pixels: a narrow curve keeps its peak, and sd = 0 becomes a spike.
const STEPS = Array.from({ length: 121 }, (_, i) => (i - 60) / 15);

function build(svg, { domain, decimals, quantity, unit }) {
  const axis = add(svg, "g");
  const yTitle = add(svg, "text", { class: "lk-muted", "text-anchor": "middle", text: "density, relative to its peak" });
  const area = add(svg, "path", { class: "lk-area lk-posterior" });
  const curves = CURVES.map((curve) => ({
    curve,
    guide: add(svg, "line", { class: `lk-guide lk-${curve}` }),
    line: add(svg, "path", { class: `lk-line lk-${curve}` }),
  }));
  const labels = CURVES.map((curve) => add(svg, "text", { class: `lk-halo lk-${curve}` }));
  const track = add(svg, "line", { class: "lk-axis" });
  const pull = add(svg, "path", { class: "lk-line lk-pull" });
  const head = add(svg, "path", { class: "lk-solid lk-posterior" });
  const mark = {
    population: add(svg, "rect", { class: "lk-solid lk-population", width: 9, height: 9 }),
    likelihood: add(svg, "circle", { class: "lk-solid lk-likelihood", r: 5 }),
    posterior: add(svg, "rect", { class: "lk-solid lk-posterior", width: 3, height: 18 }),
  };
  const shares = [add(svg, "text"), add(svg, "text")];
  const number = (value) => format(value, decimals);
  const inUnit = (value) => (unit ? `${number(value)} ${unit}` : number(value));
  const axisTitle = `true value θ${quantity && ` of ${quantity}`}${unit && ` (${unit})`}`;
  let drawnWidth = 0;

  return function draw({ tau, sigma, y, mu }, width) {
    const w = shrinkageWeight(tau, sigma);
    const { mean, sd } = thetaGiven(y, sigma, mu, tau);
    const normal = { population: [mu, tau], likelihood: [y, sigma], posterior: [mean, sd] };
    const range = [MARGIN.left, width - MARGIN.right];
    const x = linearScale(domain, range);
    const base = LABELS + Math.min(Math.max(0.3 * width, 150), 230);
    const lane = base + 22;
    const height = base + LANE + 46;

    if (width !== drawnWidth) {
      axisX(axis, domain, range, base + LANE, axisTitle);
      set(yTitle, { transform: `translate(12, ${(LABELS + base) / 2}) rotate(-90)` });
      drawnWidth = width;
    }
    curves.forEach(({ curve, guide, line }, i) => {
      const [center, spread] = normal[curve];
      const labelBase = (CURVES.length - i) * ROW; // the posterior's label is the lowest, nearest to its curve
      const points = STEPS.map((z) => [x(center + z * spread), base - (base - LABELS) * relativeNormal(z)])
        .filter(([px]) => px >= range[0] && px <= range[1]);
      set(line, { d: path(points) });
      if (curve === "posterior") set(area, { d: path(points, base) });
      set(guide, { x1: x(center), x2: x(center), y1: labelBase, y2: lane });
      set(labels[i], { y: labelBase - 5, text: `${curve}  ${number(center)} ± ${number(spread)}` });
    });
    centerWithin(labels.map((label, i) => [label, x(normal[CURVES[i]][0])]), range);

    const [from, to, end] = [x(y), x(mean), x(mu)];
    const side = Math.sign(from - to);
    const tip = Math.min(9, Math.abs(from - to));
    set(track, { x1: to, x2: end, y1: lane, y2: lane });
    set(pull, { d: path([[from, lane], [to + side * tip, lane]]) });
    set(head, { d: `${path([[to, lane], [to + side * tip, lane - 5], [to + side * tip, lane + 5]])}Z` });
    set(mark.population, { x: end - 4.5, y: lane - 4.5 });
    set(mark.likelihood, { cx: from, cy: lane });
    set(mark.posterior, { x: to - 1.5, y: lane - 9 });
    placeShare(shares[0], end, to, lane + 23, [`w = ${format(w, 2)}`, "w"]);
    placeShare(shares[1], to, from, lane + 23, [`1 − w = ${format(1 - w, 2)}`, "1 − w"]);

    return {
      height,
      shown: { w, mean, sd },
      sentence: `The weight is w = ${format(w, 2)}: the estimate moves ${format(100 * (1 - w), 0)} % of the way from y to μ, `
        + `to ${inUnit(mean)}, and its error shrinks from ${number(sigma)} to ${inUnit(sd)}.`,
      description: `Three bell curves over the true value θ. The population lies at ${number(mu)} ± ${number(tau)}, `
        + `the likelihood at ${number(y)} ± ${number(sigma)}, and the posterior between them, at ${number(mean)} ± ${inUnit(sd)}.`,
    };
  };
}

// The longest of the texts that fits between two pixels, centered there; none if none fits.
function placeShare(element, a, b, y, texts) {
  const fitting = texts.find((text) => textWidth(set(element, { text })) < Math.abs(a - b) - 4);
  set(element, { text: fitting ?? "", x: (a + b) / 2, y, "text-anchor": "middle" });
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Population, likelihood and posterior of one object", build });
}

export default { render };
