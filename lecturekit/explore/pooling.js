import { muGivenTau, shrinkageWeight } from "./math/hierarchy.js";
import { rms, sampleSd } from "./math/lists.js";
import { planetSurvey } from "./math/planets.js";
import { pooledEstimates, poolingErrors } from "./math/pooling.js";
import { add, axisX, axisY, format, linearScale, path, set, ticks } from "./draw.js";
import { addMarks, marks } from "./marks.js";
import { counted, domainOf, inUnits, objectLegend, objectRows } from "./objects.js";
import { liveFigure } from "./frame.js";

const SIDE_BY_SIDE = 560; // from this width on the errors stand beside the rows, else below them
const LINE = 19;

function build(svg, { data, widest, rows: height, tau: { max, step, digits }, kind, labels, quantity, unit, decimals }) {
  const taus = Array.from({ length: Math.round(max / step) + 1 }, (_, i) => i * step);
  const known = data === null || data.theta !== null;
  const entries = [["circle", "data", "measured ± σ"], ["diamond", "truth", "true"], ["square", "partial", "estimate"],
    ["dash", "population", "common mean μ"]];
  const placeLegend = objectLegend(svg, entries.filter(([, idea]) => known || idea !== "truth"));
  const rows = objectRows(svg, { labels, quantity, unit }, "square");
  const errors = known && errorPanel(svg, max, unit);
  const [said, saidTau] = [inUnits(unit, decimals), inUnits(unit, digits)];

  // What only the survey changes is worked out once for each.
  let survey = {};
  const observe = (state) => {
    const { y, sigma, theta } = data ?? planetSurvey(state.survey, state.J, state.spread);
    const curve = theta && poolingErrors(y, sigma, theta, taus);
    const best = curve && curve.indexOf(Math.min(...curve));
    // The axes reach as far as the sliders can carry this survey.
    const far = data === null && planetSurvey(state.survey, state.J, widest.spread);
    const most = curve && Math.max(...curve, ...(far ? poolingErrors(far.y, far.sigma, far.theta, [0, max]) : []));
    const top = 1.06 * (most || sigma[0]); // measurements may hit the truth exactly
    const all = data ?? planetSurvey(state.survey, widest.J, widest.spread);
    survey = { of: state, y, sigma, theta, curve, best, top, domain: domainOf(all.y, all.sigma, all.theta ?? []) };
    if (theta) Object.assign(survey, { spread: sampleSd(theta), none: rms(y, theta) });
  };
  let frame = {};
  let place = {};

  return function draw(state, width) {
    const isNew = !survey.of || ["survey", "J", "spread"].some((name) => survey.of[name] !== state[name]);
    if (isNew) observe(state);
    if (width !== frame.width) {
      const wide = known && width >= SIDE_BY_SIDE;
      const left = 8 + rows.nameWidth(width);
      const right = wide ? 0.56 * width : width - 14;
      const top = Math.max(placeLegend([8, right + 6], 0), wide ? 3 * LINE : 0) + 8;
      frame = { width, wide, left, right, top, bottom: top + (wide || labels.length > 0 ? height : 0.75 * height) };
    }
    if (isNew || place.frame !== frame) {
      const { wide, left, right, top, bottom } = frame;
      place = { frame, left, right, top, bottom, domain: survey.domain, end: bottom + 46 };
      const panel = wide ? [right + 16, width - 12, 0, top, bottom] : [0, width - 12, place.end + 12];
      if (known) place.end = errors.place(survey, panel);
    }
    const { y, sigma, theta, curve, best, none } = survey;
    const mu = muGivenTau(y, sigma, state.tau).mean;
    const estimate = pooledEstimates(y, sigma, state.tau);
    rows.draw(survey, estimate, mu, place);

    const many = counted(y.length, kind);
    const description = `${many}, the noisiest at the top: measurements with error bars${known ? ", true values" : ""} `
      + `and estimates between the measurements and their common mean, ${said(mu)}.`;
    const single = `1 ${kind} is its own common mean: its estimate is its measurement, whatever τ is`;
    if (!known) {
      const [most, least] = [0, y.length - 1].map((j) => 1 - shrinkageWeight(state.tau, sigma[j]));
      const pull = `At τ = ${saidTau(state.tau)} the common mean is ${said(mu)}: the noisiest ${kind} goes `
        + `${format(100 * most, 0)} % of the way to it, the most precise ${format(100 * least, 0)} %.`;
      return { height: place.end, shown: { mu, most, least }, sentence: y.length > 1 ? pull : `${single}.`, description };
    }
    const error = rms(estimate, theta);
    errors.draw(state.tau, error, survey, said, saidTau);
    const end = best === taus.length - 1 ? "the end of the slider, " : "";
    const compared = `At τ = ${saidTau(state.tau)} the rms error is ${said(error)}. `
      + `It is smallest at ${end}τ = ${saidTau(taus[best])}: ${said(curve[best])}, `
      + `against ${said(curve[0])} with complete pooling and ${said(none)} without pooling.`;
    return {
      height: place.end,
      shown: { mu, error, best: taus[best], least: curve[best], complete: curve[0], none },
      sentence: y.length > 1 ? compared : `${single}. It errs by ${said(none)}.`,
      description: `${description} Below or beside them, a curve of the rms error of the estimates against τ.`,
      results: `The curve is at ${said(curve[0])} at τ = 0, `
        + `${said(curve[best])} at its lowest, τ = ${saidTau(taus[best])}, and ${said(curve.at(-1))} at τ = ${saidTau(max)}.`,
    };
  };
}

// The rms error against tau, with the points of this tau, of the smallest error, and of the true spread.
function errorPanel(svg, max, unit) {
  const [axes, axesY] = [add(svg, "g"), add(svg, "g")];
  const answer = add(svg, "g", { class: "lk-answer" });
  const curve = add(answer, "path", { class: "lk-line lk-partial" });
  const guide = add(answer, "line", { class: "lk-guide lk-partial" });
  const shapes = [["square", "partial"], ["ring", "data"], ["diamond", "truth"]];
  const points = shapes.map((of) => addMarks(answer, ...of));
  const keys = shapes.map((of) => addMarks(answer, ...of));
  const texts = shapes.map(() => add(answer, "text"));
  const complete = add(svg, "text", { text: "← complete pooling" });
  const none = add(svg, "text", { text: "no pooling →", "text-anchor": "end" });
  let [x, y, base] = [];

  return {
    // Returns where the panel ends.
    place(survey, [start, right, header, top = header + 3 * LINE + 8, bottom = top + 130]) {
      const digits = Math.max(...ticks([0, survey.top], (bottom - top) / 45).map(({ label }) => label.length));
      const left = start + 24 + 7.5 * digits;
      [x, y, base] = [linearScale([0, max], [left, right]), linearScale([0, survey.top], [bottom, top]), bottom];
      const inUnit = unit && ` (${unit})`;
      axisX(axes, [0, max], [left, right], bottom, `population sd τ${inUnit}`);
      axisY(axesY, [0, survey.top], [bottom, top], left, `rms error${inUnit}`, start + 12);
      set(curve, { d: path(survey.curve.map((error, i) => [x((i * max) / (survey.curve.length - 1)), y(error)])) });
      keys.forEach((key, i) => set(key, { d: marks(shapes[i][0], [[left - 10, header + 9 + i * LINE]], 4.5) }));
      texts.forEach((text, i) => set(text, { x: left + 2, y: header + 13.5 + i * LINE }));
      set(complete, { x: left - 12, y: bottom + 60 });
      set(none, { x: right + 8, y: bottom + 60 });
      return bottom + 68;
    },
    draw(tau, error, { curve: errors, best, spread }, said, saidTau) {
      const bestTau = (best * max) / (errors.length - 1);
      const at = [[x(tau), y(error)], [x(bestTau), y(errors[best])], [x(spread), base]];
      points.forEach((point, i) => {
        const outside = shapes[i][0] === "diamond" && spread > max;
        set(point, { d: outside ? "" : marks(shapes[i][0], [at[i]], shapes[i][0] === "ring" ? 7 : 5) });
      });
      set(guide, { x1: at[0][0], x2: at[0][0], y1: at[0][1], y2: base });
      set(texts[0], { text: `at this τ: ${said(error)}` });
      set(texts[1], { text: `smallest: ${said(errors[best])}, at τ = ${saidTau(bestTau)}` });
      set(texts[2], { text: `sd of the true values: ${said(spread)}` });
    },
  };
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Estimates of many objects between complete and no pooling", build });
}

export default { render };
