// The formulas of math.js against their golden cases, and mutants of the formulas too: a case is { given, wanted, floor }.
window.golden = (() => {
  const TOLERANCE = 1e-6;

  /** The numbers in nested arrays and objects, in order, those of an object by name. */
  function flat(value) {
    if (typeof value === "number" || typeof value === "boolean") return [Number(value)];
    if (value === null || value === undefined) return [NaN];
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, flat).flat();
    return Object.keys(value).sort().flatMap((name) => flat(value[name]));
  }

  /** Whether what was said is what was wanted: equal infinities agree, NaN agrees with nothing. */
  function agrees(said, { wanted, floor }) {
    return said.length === wanted.length && said.every((a, i) => a === wanted[i]
      || (Number.isFinite(a - wanted[i]) && Math.abs(a - wanted[i]) <= Math.max(TOLERANCE * Math.abs(wanted[i]), floor)));
  }

  /** The cases in which the function says something else, with what it says. */
  function disagreements(formula, cases) {
    return cases.map((one) => ({ ...one, said: flat(formula(...one.given)) })).filter((one) => !agrees(one.said, one));
  }

  function freeze(value) {
    if (Array.isArray(value)) value.forEach(freeze);
    return Object.freeze(value);
  }

  /**
   * For each mutant, the text of a module without its exports, whether it "fails", "survives" or is "no program".
   * tables: [{ name, cases }]. Each loop asks tick() whether to go on: a mutant's may not go on twenty times as often.
   */
  function fates(original, mutants, tables) {
    let left = 0;
    const tick = () => {
      left -= 1;
      if (left < 0) throw new RangeError("goes on without end");
      return true;
    };
    const names = tables.map(({ name }) => name);
    const load = (source) => new Function("tick", `"use strict"; ${source}\nreturn [${names}];`);
    const counted = (run) => {
      left = 1e9;
      const result = run();
      return [result, 20 * (1e9 - left) + 1000];
    };
    const [formulas, allowedToLoad] = counted(() => load(original)(tick));
    const runs = tables.flatMap(({ cases }, i) => cases.map((one) => {
      freeze(one.given);
      return { i, one, allowed: counted(() => formulas[i](...one.given))[1] };
    }));
    return mutants.map((mutant) => {
      let program;
      try {
        program = load(mutant);
      } catch {
        return "no program";
      }
      try {
        left = allowedToLoad;
        const perturbed = program(tick);
        const agree = runs.every(({ i, one, allowed }) => {
          left = allowed;
          return agrees(flat(perturbed[i](...one.given)), one);
        });
        return agree ? "survives" : "fails";
      } catch {
        return "fails";
      }
    });
  }

  return { disagreements, fates };
})();
