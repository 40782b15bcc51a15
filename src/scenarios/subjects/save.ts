import type { Path } from "../../project/project.ts";
import { extract } from "../record/saved.ts";
import type { Save } from "../scenario.ts";
import type { Expectation } from "./subject.ts";

/** The expectation that every value to be saved exists. It is written as `save:`, beside `expect`. */
export function saveExpectation(saves: readonly Save[], path: Path): Expectation {
  return {
    subject: "save",
    path,
    severity: "gate",
    canFail: true,
    judged: "rest",
    references: [],
    faults: [],
    demands: {},
    asks: () => [],
    judge: ({ scope }) =>
      saves.map(({ name, ...source }) => {
        const found = extract(source, scope);
        const pass = found.kind === "value";
        const sentence = pass ? `${name} was saved` : `${name} could not be saved: ${found.sentence}`;
        return { at: [name], pass, expected: source, actual: pass ? found.value : null, sentence };
      }),
  };
}
