import { add } from "./draw.js";

// Marks at points: all of one kind are one path, so that two hundred objects cost a move no more than two do. Every idea
// has its shape beside its color.

const circle = (r) => `m${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
const SHAPES = {
  circle,
  ring: circle,
  square: (r) => `m${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}Z`,
  triangle: (r) => `m${-r},${-r}h${2 * r}l${-r},${2 * r}Z`,
  diamond: (r) => `m${-r},0l${r},${-r}l${r},${r}l${-r},${r}Z`,
  cross: (r) => `m${-r},${-r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`,
  dash: () => "m-8,0h6m4,0h6",
  // An arrowhead with its tip at the point, no longer than the way from where it comes.
  head: (r, way) => `l${Math.min(Math.max(way, -2 * r), 2 * r)},${-r}v${2 * r}Z`,
};
const STROKED = ["ring", "cross", "dash"];

/** The class of marks of a shape in the color of an idea. */
export function markClass(shape, idea) {
  return `${STROKED.includes(shape) ? "lk-line" : "lk-solid"} lk-${idea}`;
}

/** A path that holds marks of one shape, in the color of an idea; its d is set with `marks`. */
export function addMarks(svg, shape, idea) {
  return add(svg, "path", { class: markClass(shape, idea) });
}

/** The path of marks of half-width r at points [x, y]; an arrowhead's has a third number, the x that it comes from. */
export function marks(shape, points, r) {
  return points.map(([x, y, from]) => `M${x.toFixed(2)},${y.toFixed(2)}${SHAPES[shape](r, from - x)}`).join("");
}
