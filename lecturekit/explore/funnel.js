import { funnelContour, funnelDivergences, funnelGiven, funnelLeapfrog, funnelLimit } from "./math/funnel.js";
import { normals } from "./math/random.js";
import { add, axisX, axisY, format, linearScale, path, set } from "./draw.js";
import { liveFigure } from "./frame.js";

const PANELS = [
  { name: "centered", centered: true, title: "centered: θ", axis: "true value θ" },
  { name: "non-centered", centered: false, title: "non-centered: η = θ / τ", axis: "η" },
];
const X = [-5.5, 5.5];
const LOG_TAU = [-4.2, 3.2];
const DROPS = [4.5, 2, 0.5]; // of the log density below its peak: where a Normal is 3, 2 and 1 sd from its mean
const SIDE_POINTS = 60; // of a contour
const KEYS = [
  ["lk-density", "density at 61, 14 and 1 % of its peak"],
  ["lk-narrow", "too narrow for the step: sd below ε / 2"],
];
const OTHERS = normals(0, 200); // 100 pushes, of a seed that the button does not reach
const MOST = 1e6; // an energy error beyond is not told apart
const TWO_COLUMNS = 660;
const GAP = 20;
const MARGIN = { left: 50, right: 8, top: 52, bottom: 50 };
const CROSS = "M-6,-6L6,6M-6,6L6,-6";
const DIAMOND = "M-5,0L0,-5L5,0L0,5Z";

function build(svg, { y }, change) {
  const keys = KEYS.map(([kind, text]) => (
    [add(svg, "rect", { class: kind, width: 18, height: 12 }), add(svg, "text", { text })]));
  const panels = PANELS.map((panel) => ({
    ...panel,
    narrow: add(svg, "rect", { class: "lk-narrow" }),
    contours: DROPS.map(() => add(svg, "path", { class: "lk-density" })),
    axisX: add(svg, "g"),
    axisY: add(svg, "g"),
    heading: add(svg, "text", { class: "lk-heading", text: panel.title }),
    fate: add(svg, "text"),
    way: add(svg, "path", { class: "lk-way" }),
    lastStep: add(svg, "path", { class: "lk-way lk-last" }),
    dots: add(svg, "path", { class: "lk-dots" }),
    end: add(svg, "path", { class: "lk-end" }),
    start: add(svg, "circle", { class: "lk-start", r: 4.5 }),
    surface: add(svg, "rect", { class: "lk-press" }),
  }));
  for (const { surface } of panels) {
    surface.addEventListener("click", ({ clientY }) => {
      const { top, bottom } = surface.getBoundingClientRect();
      change({ start: linearScale([bottom, top], LOG_TAU)(clientY) });
    });
  }
  const drawn = {};

  function layOut(width) {
    const lengths = keys.map(([, text]) => text.getComputedTextLength());
    const inOneRow = lengths[0] + lengths[1] + 90 < width;
    keys.forEach(([swatch, text], i) => {
      const [left, top] = inOneRow ? [i * (lengths[0] + 56), 4] : [0, 4 + 20 * i];
      set(swatch, { x: left + 1, y: top });
      set(text, { x: left + 26, y: top + 11 });
    });
    const stacked = width < TWO_COLUMNS;
    const across = stacked ? width : (width - GAP) / 2;
    const tall = Math.min(Math.max(0.85 * across, 240), 300);
    panels.forEach((panel, i) => {
      const left = stacked ? 0 : i * (across + GAP);
      const above = (inOneRow ? 30 : 50) + (stacked ? i * (MARGIN.top + tall + MARGIN.bottom) : 0);
      const sides = [left + MARGIN.left, left + across - MARGIN.right];
      const ends = [above + MARGIN.top, above + MARGIN.top + tall];
      axisX(panel.axisX, X, sides, ends[1], panel.axis);
      axisY(panel.axisY, LOG_TAU, [ends[1], ends[0]], sides[0], "ln τ", left + 12);
      set(panel.heading, { x: stacked ? 0 : sides[0], y: above + 18 });
      set(panel.fate, { x: stacked ? 0 : sides[0], y: above + 37 });
      set(panel.narrow, { x: sides[0], width: sides[1] - sides[0] });
      set(panel.surface, { x: sides[0], width: sides[1] - sides[0], y: ends[0], height: tall });
      Object.assign(panel, { sides, ends, x: linearScale(X, sides), y: linearScale(LOG_TAU, [ends[1], ends[0]]) });
    });
    return panels[1].ends[1] + MARGIN.bottom;
  }

  return function draw({ sigma, step, steps, start, push }, width) {
    const isStale = width !== drawn.width || sigma !== drawn.sigma;
    if (width !== drawn.width) drawn.height = layOut(width);
    Object.assign(drawn, { width, sigma });
    const epsilon = step * funnelGiven(0, y, sigma, true).sd; // at τ = 1 θ and η have one width

    const [theta, eta] = panels.map((panel) => {
      const { name, centered, sides, ends } = panel;
      const pixels = ([logTau, x]) => [panel.x(x), panel.y(logTau)];
      if (isStale) {
        panel.contours.forEach((contour, i) => {
          set(contour, { d: `${path(funnelContour(DROPS[i], y, sigma, centered, ...LOG_TAU, SIDE_POINTS).map(pixels))}Z` });
        });
      }
      const limit = within(ends, panel.y(funnelLimit(epsilon, sigma, centered)));
      set(panel.narrow, centered ? { y: limit, height: ends[1] - limit } : { y: ends[0], height: limit - ends[0] });

      const origin = [start, funnelGiven(start, y, sigma, centered).mean];
      const run = funnelLeapfrog(origin, normals(push, 2), epsilon, steps, y, sigma, centered);
      const { points, leaves } = cutAtBorder(run.path.map(pixels), sides, ends);
      const kept = run.diverged || leaves ? points.slice(0, -1) : points;
      set(panel.way, { d: path(run.diverged ? kept : points) });
      set(panel.lastStep, { d: run.diverged ? path(points.slice(-2)) : "" });
      set(panel.dots, { d: kept.map((point) => `${path([point])}h0`).join("") });
      set(panel.end, { d: run.diverged ? CROSS : leaves ? DIAMOND : "", transform: `translate(${points.at(-1)})` });
      set(panel.start, { cx: points[0][0], cy: points[0][1] });

      const last = run.path.length - 1;
      const error = run.error < MOST ? run.error : MOST;
      const fate = run.diverged ? `diverges at step ${last}` : `holds for ${last} step${last === 1 ? "" : "s"}`;
      const label = run.diverged ? `✕ ${fate}` : leaves ? "◇ holds outside" : "holds";
      set(panel.fate, { text: `${label}, energy error ${inWords(error)}` });
      return {
        last,
        error,
        said: `the ${name} path ${fate} (energy error ${inWords(error)})`,
        count: funnelDivergences(OTHERS, start, epsilon, steps, y, sigma, centered),
      };
    });
    return {
      height: drawn.height,
      shown: {
        epsilon,
        centeredError: theta.error, centeredSteps: theta.last, centeredCount: theta.count,
        noncenteredError: eta.error, noncenteredSteps: eta.last, noncenteredCount: eta.count,
      },
      sentence: `From τ = ${format(Math.exp(start), 2)} with ε = ${format(epsilon, 2)}, ${theta.said} and ${eta.said}. Of `
        + `100 other pushes from there, ${theta.count} end in divergence in centered and ${eta.count} in `
        + "non-centered coordinates.",
      description: `Contours of one posterior density at σ = ${format(sigma, 1)}, over ln τ and θ and over `
        + `ln τ and η, each with a leapfrog path from ln τ = ${format(start, 1)}: ${theta.said}; ${eta.said}.`,
    };
  };
}

function within([low, high], value) {
  return Math.min(Math.max(value, low), high);
}

// A path, in pixels, up to where it first crosses the border of the frame.
function cutAtBorder(points, sides, ends) {
  const out = points.findIndex(([x, y]) => x !== within(sides, x) || y !== within(ends, y));
  if (out < 0) return { points, leaves: false };
  const [from, to] = [points[out - 1], points[out]];
  const share = Math.min(...[sides, ends].map((frame, i) => (
    to[i] === within(frame, to[i]) ? 1 : (within(frame, to[i]) - from[i]) / (to[i] - from[i]))));
  return { points: [...points.slice(0, out), from.map((start, i) => start + share * (to[i] - start))], leaves: true };
}

function inWords(error) {
  if (error < 0.005) return "below 0.01";
  if (error >= MOST) return "over 10⁶";
  return format(error, error < 10 ? 2 : 0).replace(/(\d)(\d{3})$/, "$1,$2");
}

function render({ model, el }) {
  return liveFigure({ model, el, name: "Leapfrog in the funnel, centered and non-centered", build });
}

export default { render };
