import { everyThetaGivenTau, logTauLikelihood, logTauPrior, tauDensity, tauPosterior } from "./math/prior_sensitivity.js";
import { add, axisX, axisY, centerWithin, format, linearScale, path, set, ticks } from "./draw.js";
import { liveFigure } from "./frame.js";
import { addMarks, marks } from "./marks.js";

const ROW = 19; // height of a line of labels
const DENSITY = 120; // height of the panel of p(tau | y)
const LANE = 30; // below it, with the interval of tau
const THETA = 200; // height of the panels of theta
const MOST = 40; // groups that are drawn; all of them count
const SAMPLES = ["lk-line lk-exact", "lk-line lk-population", "lk-reference"]; // posterior, prior, and without a prior
const upTo = (end, steps) => Array.from({ length: steps + 1 }, (_, i) => (i * end) / steps);
const visible = (shown) => ({ visibility: shown ? "visible" : "hidden" });

function build(svg, { y, sigma, labels, group, families, upper, domain, decimals, unit }, change) {
  const J = y.length;
  const drawn = Math.min(J, MOST);
  const [grid, coarse] = [upTo(upper, 180), upTo(upper, 40)];
  const number = (value) => format(value, decimals);
  const inUnit = (value) => (unit ? `${number(value)} ${unit}` : number(value));
  const ofUnit = unit && ` (${unit})`;
  const left = 33 + 7.3 * Math.max(...ticks(domain, 4).map(({ label }) => label.length));

  // What no prior changes is worked out when the number of groups does.
  let kept = {};
  const keep = (count) => {
    if (count === kept.count) return kept;
    const [yKept, sigmaKept] = [y.slice(0, count), sigma.slice(0, count)];
    kept = {
      count, yKept, sigmaKept,
      logLikelihood: grid.map((tau) => logTauLikelihood(yKept, sigmaKept, tau)),
      means: coarse.map((tau) => everyThetaGivenTau(yKept, sigmaKept, tau).mean),
    };
    return kept;
  };
  const posteriorOf = ({ yKept, sigmaKept, logLikelihood }, prior, scale) => ({
    ...tauPosterior(yKept, sigmaKept, prior, scale, [0.05, 0.5, 0.95]), density: tauDensity(logLikelihood, prior, scale, grid),
  });
  const flat = J > 2 && posteriorOf(keep(J), "uniform", Infinity); // of fewer than three groups it has no posterior

  const [tauAxis, thetaAxis, columnAxis] = [add(svg, "g"), add(svg, "g"), add(svg, "g")];
  const densityTitle = add(svg, "text", { "text-anchor": "middle", text: "density" });
  const area = add(svg, "path", { class: "lk-area lk-exact" });
  const [reference, solid, dashed] = [SAMPLES[2], SAMPLES[0], SAMPLES[1]].map((name) => add(svg, "path", { class: name }));
  const interval = add(svg, "path", { class: "lk-line lk-exact lk-interval" });
  const median = add(svg, "path", { class: "lk-solid lk-exact" });
  const curves = ["", "lk-thin"].map((thin) => add(svg, "path", { class: `lk-line lk-partial ${thin}` })); // the first, the rest
  const names = labels.slice(0, drawn).map((text, j) => ({ j, text })).filter(({ text }) => text.length < 4)
    .map(({ j, text }) => ({ j, name: add(svg, "text", { class: "lk-partial", text }) }));
  const onCurves = addMarks(svg, "circle", "partial");
  const [givenBars, bars] = ["partial", "exact"].map((idea) => add(svg, "path", { class: `lk-line lk-${idea} lk-whisker` }));
  const [givenMeans, averages] = [addMarks(svg, "circle", "partial"), addMarks(svg, "square", "exact")];
  const measured = ["lk-data", "lk-left-out"].map((name) => add(svg, "path", { class: `lk-open ${name}` }));
  const cut = add(svg, "line", { class: "lk-axis" });
  const cutLabel = add(svg, "text", { class: "lk-halo" });
  const legend = SAMPLES.map((name) => addLabel("path", { class: name, d: "M0,-4h26" }, 33));
  const key = [
    addLabel("circle", { class: "lk-open lk-data", r: 4, cx: 6, cy: -4 }, 18),
    addLabel("circle", { class: "lk-solid lk-partial", r: 4, cx: 6, cy: -4 }, 18),
    addLabel("rect", { class: "lk-solid lk-exact", x: 2, y: -8, width: 8, height: 8 }, 18),
  ];
  const probe = add(svg, "rect", { class: "lk-probe" });
  for (const event of ["pointerdown", "pointermove"]) {
    probe.addEventListener(event, ({ buttons, clientX }) => {
      const { left: from, width } = probe.getBoundingClientRect();
      if (buttons > 0) change({ tau: ((clientX - from) / width) * upper });
    });
  }
  let [last, posterior] = [{}, {}];

  return function draw({ family, scale, groups, tau }, width) {
    keep(groups);
    const prior = families[family];
    const place = layout(width);
    const at = place.x(tau);
    set(cutLabel, { y: place.top - 7, text: `τ = ${number(tau)}` });
    centerWithin([[cutLabel, at]], place.range); // it measures: before all else is written
    const [resized, regrouped] = [width !== last.width, groups !== last.groups];
    if (regrouped || family !== last.family || scale !== last.scale) posterior = posteriorOf(kept, prior, scale);
    if (resized) drawAxes(place);
    if (resized || regrouped) drawGroups(place);
    if (resized || posterior !== last.posterior) drawPosterior(place, prior, scale);
    last = { width, family, scale, groups, posterior };

    const given = everyThetaGivenTau(kept.yKept, kept.sigmaKept, tau);
    set(cut, { x1: at, x2: at, y1: place.top, y2: place.bottom });
    set(key[1].text, { text: `mean ± sd at τ = ${number(tau)}` });
    set(onCurves, { d: marks("circle", given.mean.slice(0, drawn).map((mean) => [at, place.theta(mean)]), 3) });
    drawColumns(place, given, -1.6, "circle", givenMeans, givenBars);

    const [low, middle, high] = posterior.quantiles;
    const [mean, sd, meanAtTau, sdAtTau] = [posterior.mean[0], posterior.sd[0], given.mean[0], given.sd[0]];
    const first = `${group} ${labels[0]}`.trim();
    const title = prior === "uniform" ? `uniform prior up to ${inUnit(scale)}` : `${prior} prior of scale ${inUnit(scale)}`;
    const kin = J === 1 ? "one group" : groups === J ? `all ${J} groups` : `${groups} of ${J} groups`;
    return {
      height: place.height,
      shown: { low, median: middle, high, meanAtTau, sdAtTau, mean, sd },
      sentence: `With ${kin} and the ${title} the median of τ is ${inUnit(middle)}`
        + `${flat ? ` (flat prior, all groups: ${number(flat.quantiles[1])})` : ""}. At τ = ${number(tau)} ${first} is at `
        + `${number(meanAtTau)} ± ${inUnit(sdAtTau)}; averaged over τ, at ${number(mean)} ± ${number(sd)}.`,
      description: `Above, the density of τ given ${kin} and the ${title}: its median is ${number(middle)}, and 90 % of it `
        + `lie between ${number(low)} and ${inUnit(high)}. Below, each group's mean of θ fans out from one value at τ = 0. `
        + `At τ = ${number(tau)} they lie between ${number(Math.min(...given.mean))} and ${inUnit(Math.max(...given.mean))}.`,
    };
  };

  function addLabel(tag, attributes, x) {
    const row = add(svg, "g");
    add(row, tag, attributes);
    return { row, text: add(row, "text", { x }) };
  }

  // The columns stand beside the curves, on a phone below them.
  function layout(width) {
    const wide = width >= 560;
    const range = [left, wide ? Math.round(0.58 * width) : width - 26];
    const columns = wide ? [range[1] + left - 6, width - 4] : [left, width - 8];
    const top = (wide ? 3 : 4) * ROW + 6;
    const bottom = top + DENSITY + LANE + THETA;
    const keyTop = wide ? top + 16 : bottom + 70;
    const floor = wide ? bottom : keyTop + 3 * ROW + THETA;
    const pitch = (columns[1] - columns[0]) / drawn;
    return {
      wide, range, columns, top, base: top + DENSITY, bottom, keyTop, floor, pitch, height: floor + 46,
      x: linearScale([0, upper], range), density: linearScale([0, 1], [top + DENSITY, top]),
      theta: linearScale(domain, [bottom, bottom - THETA]), column: linearScale(domain, [floor, floor - THETA]),
      center: (j) => columns[0] + (j + 0.5) * pitch, r: Math.min(4, Math.max(1.25, pitch / 6)),
    };
  }

  function drawAxes({ wide, range, columns, top, base, bottom, keyTop, floor, pitch, x, density, center }) {
    axisX(tauAxis, [0, upper], range, bottom, `population sd τ${ofUnit}`);
    axisY(thetaAxis, domain, [bottom, bottom - THETA], left, `E(θ | τ, y)${ofUnit}`, 12);
    set(densityTitle, { transform: `translate(12, ${(top + base) / 2}) rotate(-90)` });
    axisY(columnAxis, domain, [floor, floor - THETA], columns[0], "", 0);
    add(columnAxis, "line", { class: "lk-axis", x1: columns[0], x2: columns[1], y1: floor, y2: floor });
    const fit = labels.slice(0, drawn).every((label) => 8 * label.length < pitch);
    const title = `θ${ofUnit} of each ${group || "group"}${J > drawn ? `, the first ${drawn}` : ""}`;
    const middle = (columns[0] + columns[1]) / 2;
    add(columnAxis, "text", { x: middle, y: floor + (fit ? 39 : 22), "text-anchor": "middle", text: title });
    for (let j = 0; fit && j < drawn; j += 1) {
      add(columnAxis, "text", { class: "lk-muted", x: center(j), y: floor + 19, "text-anchor": "middle", text: labels[j] });
    }
    legend.forEach(({ row }, i) => set(row, {
      transform: wide && i === 2 ? `translate(${left + 190}, ${2 * ROW})` : `translate(${wide ? left : 0}, ${(i + 1) * ROW})`,
    }));
    key.forEach(({ row }, i) => set(row, { transform: `translate(${columns[0]}, ${keyTop + i * ROW})` }));
    set(key[0].text, { text: "measured y, gray if left out" });
    set(key[2].text, { text: "mean ± sd averaged over τ" });
    set(legend[2].text, { text: "flat prior, all groups" });
    set(legend[2].row, visible(flat));
    if (flat) set(reference, { d: path(grid.map((tau, i) => [x(tau), density(flat.density[i])])) });
    set(probe, { x: range[0], y: top, width: range[1] - range[0], height: bottom - top });
  }

  // Curves that no prior moves, their names at the right end where there is room, and the measurements.
  function drawGroups({ range, x, theta, column, center, r }) {
    const { means, count } = kept;
    const ends = means.at(-1).slice(0, drawn).map(theta);
    let free = -Infinity;
    const named = names.filter(({ j }) => j < count).sort((a, b) => ends[a.j] - ends[b.j]).filter(({ j }) => {
      const room = ends[j] > free;
      if (room) free = ends[j] + 13;
      return room;
    });
    for (const entry of names) set(entry.name, visible(named.includes(entry)));
    for (const { j, name } of named) set(name, { x: range[1] + 5, y: ends[j] + 4.5 });
    const lines = ends.map((_, j) => path(coarse.map((tau, i) => [x(tau), theta(means[i][j])])));
    set(curves[0], { d: lines[0] });
    set(curves[1], { d: lines.slice(1).join("") });
    const points = y.slice(0, drawn).map((value, j) => [center(j), column(value)]);
    set(measured[0], { d: marks("circle", points.slice(0, count), r) });
    set(measured[1], { d: marks("circle", points.slice(count), r) });
  }

  function drawPosterior(place, prior, scale) {
    const { x, density, base } = place;
    const points = posterior.density.map((value, i) => [x(grid[i]), density(value)]);
    set(solid, { d: path(points) });
    set(area, { d: path(points, base) });
    set(dashed, { d: path(grid.map((tau) => [x(tau), density(Math.exp(logTauPrior(prior, scale, tau)))])) });
    const [low, middle, high] = posterior.quantiles.map((tau) => x(Math.min(tau, upper)));
    set(interval, { d: path([[low, base + 15], [high, base + 15]]) });
    const inside = posterior.quantiles[1] <= upper; // else an arrow: the median lies beyond
    const shape = inside ? "M0,-7l6,7l-6,7l-6,-7Z" : "M-6,-7l12,7l-12,7Z";
    set(median, { d: shape, transform: `translate(${middle}, ${base + 15})` });
    const [from, half, to] = posterior.quantiles.map(number);
    set(legend[0].text, { text: `p(τ | y): median ${half}, 90 % ${from} to ${to}` });
    set(legend[1].text, { text: `prior: ${prior}` });
    drawColumns(place, posterior, 1.6, "square", averages, bars);
  }

  // A mean and an sd above and below it in every group's column, so many half-widths of a mark from its middle.
  function drawColumns({ center, column, r }, { mean, sd }, shift, shape, dots, whiskers) {
    const at = mean.slice(0, drawn).map((value, j) => [center(j) + shift * r, value, sd[j]]);
    set(dots, { d: marks(shape, at.map(([x, value]) => [x, column(value)]), r) });
    set(whiskers, { d: at.map(([x, value, s]) => path([[x, column(value - s)], [x, column(value + s)]])).join("") });
  }
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Posterior of τ, and of every θ at one τ and averaged over τ", build });
}

export default { render };
