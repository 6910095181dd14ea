import { muGivenTau, shrinkageWeight } from "./math/hierarchy.js";
import { rms } from "./math/lists.js";
import { endsFarther, pooledEstimates, poolingErrors, scaleNoise } from "./math/pooling.js";
import { add, format, linearScale, set } from "./draw.js";
import { addMarks, marks } from "./marks.js";
import { counted, domainOf, inUnits, objectLegend, objectRows } from "./objects.js";
import { liveFigure } from "./frame.js";

function build(svg, { y, sigma, theta, rows: height, largest, digits, kind, labels, quantity, unit, decimals }) {
  const known = theta !== null;
  const J = y.length;
  const entries = [["circle", "data", "measured ± σ"], ["diamond", "truth", "true"], ["head", "partial", "estimate"],
    ["dash", "population", "mean μ"], ["cross", "data", "ends farther from the truth", "lk-answer"]];
  const placeLegend = objectLegend(svg, entries.filter(([shape]) => known || !["diamond", "cross"].includes(shape)));
  const rows = objectRows(svg, { labels, quantity, unit }, "head", "lk-answer");
  const crosses = addMarks(add(svg, "g", { class: "lk-answer" }), "cross", "data");
  const moved = movedPanel(svg);
  const errors = known && errorBars(svg);
  const [said, saidTau] = [inUnits(unit, decimals), inUnits(unit, digits)];

  // The widest reach of the sliders: the axes stay while they move.
  const widest = known ? scaleNoise(y, theta, largest) : y;
  const domain = domainOf(y, sigma, [...widest, ...(theta ?? [])]);
  const mostError = known && (Math.max(rms(widest, theta), ...poolingErrors(widest, sigma, theta, [0])) || sigma[0]);
  let data = {};
  let place = {};

  return function draw({ tau, factor }, width) {
    if (factor !== data.factor) {
      const noisy = known ? scaleNoise(y, theta, factor) : [...y];
      data = { factor, theta, y: noisy, sigma: sigma.map((value) => factor * value) };
    }
    if (width !== place.width) {
      const top = placeLegend([8, width - 4], 0) + 8;
      const left = 8 + rows.nameWidth(width);
      const right = 0.78 * width - 30;
      place = { width, left, right, top, bottom: top + height, domain, end: top + height + 46 };
      moved.place(right + 32, width - 14, top, place.bottom);
      if (known) place.end = errors.place(8, width - 14, place.end + 14, mostError);
    }
    const mu = muGivenTau(data.y, data.sigma, tau).mean;
    const estimate = pooledEstimates(data.y, data.sigma, tau);
    const shares = J === 1 ? [0] : data.sigma.map((value) => 1 - shrinkageWeight(tau, value));
    const drawn = rows.draw(data, estimate, mu, place);
    moved.draw(drawn, shares);
    const size = Math.min(4, Math.max(1, (0.3 * height) / drawn.length));

    const share = (j) => `${format(100 * shares[j], 0)} %`;
    const pull = share(0) === share(J - 1) ? `every ${kind} moves ${share(0)} of the way to μ`
      : `the noisiest ${kind} moves ${share(0)} of the way to μ, the most precise ${share(J - 1)}`;
    const moves = J === 1 ? `1 ${kind} is its own mean μ: its estimate is its measurement, whatever τ and σ are.`
      : `At τ = ${saidTau(tau)} ${pull}.`;
    const description = `${counted(J, kind)}, the noisiest at the top, with arrows from the measurements to the estimates. `
      + `The mean μ is ${said(mu)}; bars show how much of the way to it each one moves`
      + `${known ? ", and two more compare the rms errors of measurements and estimates" : ""}.`;
    const shown = { mu, most: shares[0], least: shares[J - 1] };
    if (!known) return { height: place.end, shown, sentence: moves, description };

    const farther = endsFarther(data.y, data.sigma, estimate, theta);
    const worse = farther.filter(Boolean).length;
    const [raw, shrunken] = [rms(data.y, theta), rms(estimate, theta)];
    const marked = drawn.filter(({ j }) => farther[j]).map((row) => [place.right + 14, row.height]);
    set(crosses, { d: marks("cross", marked, size) });
    errors.draw(raw, shrunken, said);
    const [before, after] = [format(raw, decimals), said(shrunken)];
    const turn = shrunken < raw ? "falls" : "rises";
    const change = before === format(shrunken, decimals) ? "stays at" : `${turn} from ${before} to`;
    const paid = `${worse || "none"} of ${counted(J, kind)} ${worse === 1 ? "ends" : "end"} farther from the truth`;
    const result = `The rms error ${change} ${after}, ${worse > 0 && shrunken < raw ? "yet" : "and"} ${paid}.`;
    return {
      height: place.end,
      shown: { ...shown, raw, shrunken, worse },
      sentence: J === 1 ? `${moves} It errs by ${said(raw)}.` : `${moves} ${result}`,
      description,
      results: `The rms errors are ${said(raw)} measured and ${said(shrunken)} estimated.`,
    };
  };
}

// How much of its way to the mean each object moves, as a bar beside its row.
function movedPanel(svg) {
  const frame = add(svg, "path", { class: "lk-axis" });
  const bars = add(svg, "path", { class: "lk-solid lk-partial lk-answer" });
  const labels = ["0", "100 %", "moved to μ"].map((text) => add(svg, "text", { text, "text-anchor": "middle" }));
  let x;
  return {
    place(left, right, top, bottom) {
      x = linearScale([0, 1], [left, right]);
      const middle = (left + right) / 2;
      set(frame, { d: `M${left},${top}V${bottom}H${right}m0,0v5M${left},${bottom}v5M${middle},${bottom}v5` });
      const at = [[left, 19], [right - 6, 19], [middle, 39]];
      labels.forEach((label, i) => set(label, { x: at[i][0], y: bottom + at[i][1], class: i < 2 ? "lk-muted" : "" }));
    },
    draw(rows, shares) {
      const half = rows.length > 1 ? 0.3 * (rows[1].height - rows[0].height) : 4.5;
      const bar = ({ j, height }) => `M${x(0)},${height - half}H${x(shares[j]).toFixed(2)}V${height + half}H${x(0)}Z`;
      set(bars, { d: rows.map(bar).join("") });
    },
  };
}

// The rms error of the measurements and of the estimates, as two bars on one scale.
function errorBars(svg) {
  const title = add(svg, "text", { text: "rms error" });
  const bars = ["data", "partial"].map((idea) => ({
    name: add(svg, "text", { text: idea === "data" ? "measured" : "estimated" }),
    bar: add(svg, "rect", { class: `lk-solid lk-${idea} lk-answer`, height: 9 }),
    value: add(svg, "text", { class: "lk-answer" }),
  }));
  let x;
  return {
    // Returns where the bars end.
    place(left, right, top, most) {
      x = linearScale([0, most], [left + 76, right - 76]);
      set(title, { x: left, y: top + 12 });
      bars.forEach(({ name, bar, value }, i) => {
        const y = top + 32 + 19 * i;
        for (const [text, at] of [[name, left], [value, 0]]) set(text, { x: at, y });
        set(bar, { x: x(0), y: y - 9 });
      });
      return top + 60;
    },
    draw(raw, shrunken, said) {
      [raw, shrunken].forEach((error, i) => {
        set(bars[i].bar, { width: (x(error) - x(0)).toFixed(2) });
        set(bars[i].value, { x: (x(error) + 8).toFixed(2), text: said(error) });
      });
    },
  };
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Arrows from the measurements of many objects to their estimates", build });
}

export default { render };
