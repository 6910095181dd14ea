import { completeFit, explosions, truncatedFit } from "./math/selection.js";
import { add, axisX, axisY, format, linearScale, path, set } from "./draw.js";
import { liveFigure } from "./frame.js";
import { addMarks, marks } from "./marks.js";

const FARTHEST = 400; // Mpc
const DISTANCES = [0, FARTHEST];
const MAGNITUDES = [-20.5, -18.1]; // the brightest on top
const FITS = [{ idea: "lk-data", name: "selection ignored" }, { idea: "lk-exact", name: "corrected" }];
const PANELS = [
  { domain: [-19.65, -18.95], title: "mean ⟨M⟩ (mag), bright on the left" },
  { domain: [0, 0.5], title: "intrinsic scatter (mag)" },
];
const LEFT = 58;
const ROW = 40; // of a fit: its numbers, and below them its mark
const TWO_COLUMNS = 600;

function build(svg, { mean }) {
  const axes = add(svg, "g");
  const keys = [
    { mark: add(svg, "path", { class: "lk-solid lk-data", d: marks("circle", [[8, 0]], 3.5) }), text: add(svg, "text"), width: 104 },
    {
      mark: add(svg, "path", { class: "lk-axis", d: marks("circle", [[8, 0]], 3.5) }),
      text: add(svg, "text", { class: "lk-muted" }), width: 104,
    },
    {
      mark: add(svg, "path", { class: "lk-line lk-population", d: "M0,0h24" }),
      text: add(svg, "text", { class: "lk-population" }), width: 128,
    },
    {
      mark: add(svg, "path", { class: "lk-line lk-truth", "stroke-dasharray": "2 4", d: "M0,0h24" }),
      text: add(svg, "text", { class: "lk-truth", text: "truth" }), width: 80,
    },
  ];
  const missedDots = add(svg, "path", { class: "lk-axis" });
  const detectedDots = addMarks(svg, "circle", "data");
  const truthLine = add(svg, "path", { class: "lk-line lk-truth", "stroke-dasharray": "2 4" });
  const limitLine = add(svg, "path", { class: "lk-line lk-population" });
  const panels = PANELS.map((panel) => ({
    ...panel,
    axis: add(svg, "g"),
    truth: add(svg, "path", { class: "lk-line lk-truth", "stroke-dasharray": "2 4" }),
    rows: FITS.map(({ idea }) => ({
      label: add(svg, "text", { class: `lk-halo ${idea} lk-answer` }),
      interval: add(svg, "path", { class: `lk-line ${idea} lk-answer` }),
      mark: add(svg, "path", { class: `lk-solid ${idea} lk-answer` }),
    })),
  }));
  let drawnWidth = 0;
  let drawnSky = 0;
  let all = [];

  return function draw({ limit, tau, sigma, N, sky }, width) {
    const keyRows = width < TWO_COLUMNS ? 2 : 1;
    const top = 12 + keyRows * 22;
    const bottom = top + Math.min(Math.max(0.36 * width, 190), 250);
    const right = width - 12;
    const x = linearScale(DISTANCES, [LEFT, right]);
    const y = linearScale(MAGNITUDES, [top, bottom]);
    const inside = (value) => y(Math.min(Math.max(value, MAGNITUDES[0]), MAGNITUDES[1]));

    if (sky !== drawnSky) all = explosions(sky, 300);
    drawnSky = sky;
    const survey = all.slice(0, N).map(({ distance, modulus, intrinsic, noise }) => (
      { distance, faintest: limit - modulus, magnitude: mean + tau * intrinsic + sigma * noise }
    ));
    const detected = survey.filter(({ magnitude, faintest }) => magnitude <= faintest);
    const missed = survey.filter(({ magnitude, faintest }) => magnitude > faintest);
    const sample = detected.map(({ magnitude }) => magnitude);
    const enough = sample.length > 1;
    const naive = enough ? completeFit(sample, sigma) : null;
    const corrected = enough ? truncatedFit(sample, detected.map(({ faintest }) => faintest), sigma) : null;

    const columns = width < TWO_COLUMNS ? 1 : 2;
    const across = columns === 2 ? (width - 24) / 2 : width;
    const panelHeight = 2 * ROW + 14;
    const place = (i) => ({
      left: 14 + (columns === 2 ? i * (across + 24) : 0),
      start: bottom + 64 + (columns === 2 ? 0 : i * (panelHeight + 58)),
    });
    if (width !== drawnWidth) {
      axes.replaceChildren();
      axisX(add(axes, "g"), DISTANCES, [LEFT, right], bottom, "distance (Mpc)");
      axisY(add(axes, "g"), MAGNITUDES, [top, bottom], LEFT, "measured magnitude M (mag)", 12);
      keys.forEach(({ mark, text }, i) => {
        const before = keys.slice(keyRows === 2 ? i - (i % 2) : 0, i).reduce((sum, key) => sum + key.width, 0);
        const [px, py] = [LEFT + before - (keyRows === 2 ? 40 : 0), 16 + (keyRows === 2 && i > 1 ? 22 : 0)];
        set(mark, { transform: `translate(${px}, ${py - 4.5})` });
        set(text, { x: px + (i < 2 ? 18 : 31), y: py });
      });
      set(truthLine, { d: path([[LEFT, y(mean)], [right, y(mean)]]) });
      panels.forEach(({ axis, domain, title }, i) => {
        const { left, start } = place(i);
        axisX(axis, domain, [left, left + across - 28], start + panelHeight, title);
      });
    }
    drawnWidth = width;

    const at = (objects) => objects.map(({ distance, magnitude }) => [x(distance), inside(magnitude)]);
    set(detectedDots, { d: marks("circle", at(detected), 3) });
    set(missedDots, { d: marks("circle", at(missed), 2.5) });
    const reach = MAGNITUDES.map((magnitude) => Math.min(10 ** ((limit - magnitude - 25) / 5), FARTHEST));
    const line = Array.from({ length: 41 }, (_, i) => reach[1] + ((reach[0] - reach[1]) * i) / 40);
    set(limitLine, { d: path(line.map((distance) => [x(distance), inside(limit - 5 * Math.log10(distance) - 25)])) });
    set(keys[0].text, { text: `${sample.length} detected` });
    set(keys[1].text, { text: `${missed.length} missed` });
    set(keys[2].text, { text: `limit ${format(limit, 1)}` });

    panels.forEach(({ domain, truth, rows }, i) => {
      const { left, start } = place(i);
      const ends = [left, left + across - 28];
      const px = linearScale(domain, ends);
      const trueX = px(i === 0 ? mean : tau);
      set(truth, { d: path([[trueX, start], [trueX, start + panelHeight]]) });
      [naive, corrected].forEach((fit, k) => {
        const { label, interval, mark } = rows[k];
        const text = start + k * ROW + 13;
        set(label, { x: left, y: text, text: `${FITS[k].name}: ${fitText(fit, i, enough)}` });
        if (fit === null) {
          set(interval, { d: "" });
          set(mark, { d: "" });
          return;
        }
        const [value, low, high] = i === 0 ? [fit.mu, fit.mu - fit.muSd, fit.mu + fit.muSd]
          : [fit.tau, fit.tauLow, fit.tauHigh];
        const clamped = (number) => Math.min(Math.max(px(number), ends[0]), ends[1]);
        set(interval, { d: path([[clamped(low), text + 16], [clamped(high), text + 16]]) });
        set(mark, { d: shape(k, clamped(value), text + 16, Math.sign(px(value) - clamped(value))) });
      });
    });

    return {
      height: place(1).start + panelHeight + 46,
      // Where there is no estimate its numbers are 0, and the count of fits says so.
      shown: {
        detected: sample.length, fits: Number(enough) + Number(corrected !== null),
        ...numbers("naive", naive), ...numbers("corrected", corrected),
      },
      sentence: sentence(N, sample.length, naive, corrected, mean),
      description: `Measured magnitude against distance of ${N} supernovae, and the limit of magnitude ${format(limit, 1)}: `
        + `${sample.length} above its curve are detected, ${missed.length} are missed. Below, the mean and the intrinsic `
        + `scatter fitted to the detected ones, once with the selection ignored and once corrected; the truth is `
        + `${format(mean, 2)} and ${format(tau, 2)}.`,
      results: `Fitted are ${[naive, corrected].map((fit, k) => (
        `${FITS[k].name}, ${fitText(fit, 0, enough)} and ${fitText(fit, 1, enough)}`)).join("; ")}.`,
    };
  };
}

// A mark at its value, round or square; where the value lies beyond the axis, a triangle that points there.
function shape(k, x, y, beyond) {
  return beyond !== 0 ? marks("head", [[x, y, x - 9 * beyond]], 6) : marks(k === 0 ? "circle" : "square", [[x, y]], 5);
}

function fitText(fit, i, enough) {
  if (fit === null) return enough ? "no maximum" : "too few";
  return i === 0 ? `${format(fit.mu, 2)} ± ${format(fit.muSd, 2)}`
    : `${format(fit.tau, 2)} (${format(fit.tauLow, 2)} to ${format(fit.tauHigh, 2)})`;
}

function numbers(name, fit) {
  return Object.fromEntries(["mu", "muSd", "tau", "tauLow", "tauHigh"].map((key) => [
    `${name}${key[0].toUpperCase()}${key.slice(1)}`, fit === null ? 0 : fit[key],
  ]));
}

function sentence(N, count, naive, corrected, mean) {
  const seen = `${count} of ${N} supernovae ${count === 1 ? "is" : "are"} detected`;
  if (naive === null) return `${seen}: too few for a mean and a scatter, so none are estimated.`;
  const off = ({ mu, muSd }) => `${format(mu, 3)} mag, ${format(Math.abs(mu - mean) / muSd, 1)} of its errors too `
    + `${mu < mean ? "bright" : "faint"}`;
  const ignored = `${seen}. Without the limit in the likelihood ⟨M⟩ comes out at ${off(naive)}`;
  if (corrected === null) {
    return `${ignored}; with it there is no maximum, for these few could be the bright tail of any population, `
      + "however faint and wide.";
  }
  const scatter = corrected.tau === 0 ? "0, as if errors alone had spread the sample" : `${format(corrected.tau, 3)} mag`;
  return `${ignored}; with it at ${off(corrected)}, and the intrinsic scatter at ${scatter}.`;
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "A magnitude-limited survey, and what two likelihoods make of it", build });
}

export default { render };
