import type { Scope } from "../../project/expression.ts";
import type { WrittenTurn } from "../../project/schemas/scenario.ts";
import { extract } from "../saved.ts";
import type { Finding } from "./verdict.ts";

/** Judges that every value to be saved was there. */
export function judgeSaved(save: WrittenTurn["save"], scope: Scope): Finding[] {
  return Object.entries(save ?? {}).map(([name, source]) => {
    const found = extract(source, scope);
    const pass = found.kind === "value";
    const sentence = pass ? `${name} was saved` : `${name} could not be saved: ${found.sentence}`;
    return { at: [name], pass, expected: source, actual: pass ? found.value : null, sentence };
  });
}
