import type { Scope } from "../project/expression.ts";
import type { Declared } from "../project/project.ts";
import type { WrittenScenario } from "../project/schemas/scenario.ts";
import { fill } from "./fill.ts";
import { cellId, cellsOf } from "./matrix.ts";

/** One scenario to play: a file, and a cell of its matrix. */
export interface ExpandedScenario {
  /** `refund`, or `refund[locale=de]`. */
  id: string;
  /** The id without the cell. */
  baseId: string;
  name: string;
  declared: Declared<WrittenScenario>;
  /** What every expression of it may read, whatever has been said: `vars` and `matrix`. */
  scope: { vars: Scope; matrix: Scope };
  /** The text of the files it names, by path from the project's root. */
  texts: ReadonlyMap<string, string>;
}

/** What the scenarios of a project share. Later ones win: variables of the project, of the target, of the scenario, of the matrix cell. */
export interface ExpandContext {
  projectVars: Scope;
  targetVars: Scope;
  texts: ReadonlyMap<string, string>;
}

/** Every scenario that a file stands for: one, or one for each cell of its matrix. Throws a ProblemError when a variable cannot be evaluated. */
export function expand(declared: Declared<WrittenScenario>, context: ExpandContext): ExpandedScenario[] {
  const { value } = declared;
  const baseId = value.id ?? declared.name;
  const shared = { ...context.projectVars, ...context.targetVars };
  return cellsOf(value.matrix).map((cell) => {
    const matrix = { ...cell.axes, ...cell.extras };
    const id = cellId(baseId, cell);
    const own = fill(declared, ["vars"], value.vars ?? {}, { vars: shared, matrix });
    return {
      id,
      baseId,
      name: value.name ?? id,
      declared,
      scope: { vars: { ...shared, ...own, ...cell.extras }, matrix },
      texts: context.texts,
    };
  });
}
