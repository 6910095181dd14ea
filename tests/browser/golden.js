// The explorers' formulas against their golden cases, and mutants of the formulas too: a case is { given, wanted, floors }.
window.golden = (() => {
  const TOLERANCE = 1e-6;

  /** The numbers in nested arrays and objects, in order, those of an object by name; null, no answer, has none. */
  function flat(value) {
    if (typeof value === "number" || typeof value === "boolean") return [Number(value)];
    if (value === null) return [];
    if (value === undefined) return [NaN];
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, flat).flat();
    return Object.keys(value).sort().flatMap((name) => flat(value[name]));
  }

  /** Whether what was said is what was wanted: equal infinities agree, NaN agrees with nothing. */
  function agrees(said, { wanted, floors }) {
    return said.length === wanted.length && said.every((a, i) => a === wanted[i]
      || (Number.isFinite(a - wanted[i]) && Math.abs(a - wanted[i]) <= Math.max(TOLERANCE * Math.abs(wanted[i]), floors[i])));
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
   * Equal lists are one list to all cases, as data are to an explorer: what is remembered of them is made once.
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
    const lists = new Map();
    const shared = (value) => {
      const text = JSON.stringify(value);
      if (Array.isArray(value) && !lists.has(text)) lists.set(text, freeze(value));
      return lists.get(text) ?? value;
    };
    const [formulas, allowedToLoad] = counted(() => load(original)(tick));
    const runs = tables.flatMap(({ cases }, i) => cases.map((one) => {
      const given = one.given.map(shared);
      const [said, allowed] = counted(() => flat(formulas[i](...given)));
      if (!agrees(said, one)) throw new Error(`${names[i]} itself fails its golden cases`);
      return { i, one, given, allowed };
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
        const agree = runs.every(({ i, one, given, allowed }) => {
          left = allowed;
          return agrees(flat(perturbed[i](...given)), one);
        });
        return agree ? "survives" : "fails";
      } catch {
        return "fails";
      }
    });
  }

  return { disagreements, fates };
})();
