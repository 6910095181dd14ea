// Draw explorers without a browser: a list of { esm, traits } comes in as JSON, a list of { svg, sentence } goes out.
// Each is drawn by its own module, in its opening state, so that what stands on paper is what a reader's browser draws.

import { parseHTML } from "linkedom";
import { json } from "node:stream/consumers";

const WIDTH = 420; // CSS pixels: legible on a phone, where it is shrunk, and not lost on a desk
const CHARACTER = 7; // a character's usual width, for there is no font here to measure

const { document, SVGElement } = parseHTML("<!doctype html><html><body></body></html>");
Object.assign(globalThis, {
  document,
  requestAnimationFrame: () => 0,
  cancelAnimationFrame() {},
  MutationObserver: class { observe() {} disconnect() {} },
  ResizeObserver: class {
    constructor(report) { this.report = report; }
    observe() { this.report([{ contentRect: { width: WIDTH } }]); }
    disconnect() {}
  },
});
SVGElement.prototype.getComputedTextLength = function length() {
  return CHARACTER * this.textContent.length;
};

const drawn = [];
for (const { esm, traits } of await json(process.stdin)) {
  const { default: { render } } = await import(`data:text/javascript;base64,${Buffer.from(esm).toString("base64")}`);
  const el = document.createElement("div");
  render({ model: { get: (name) => traits[name], set() {}, save_changes() {}, on() {}, off() {} }, el });
  for (const answer of el.querySelectorAll(".lk-answer")) answer.remove(); // nor does paper answer the question
  drawn.push({ svg: el.querySelector("svg").outerHTML, sentence: el.querySelector("p").textContent });
}
process.stdout.write(JSON.stringify(drawn));
