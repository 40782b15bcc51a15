import type { Scope } from "../../project/expression.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { fill } from "../fill.ts";
import type { Scenario } from "../scenario.ts";
import { readScenario } from "./file.ts";
import { type Cell, cellId, cellsOf } from "./matrix.ts";
import { readThread } from "./thread.ts";

/** What the scenarios of a project share. Later ones win: variables of the project, of the target, of the scenario, of the matrix cell. */
export interface ExpandContext {
  projectVars: Scope;
  targetVars: Scope;
  /** The text of the files that scenarios name, by path from the project's root. */
  texts: ReadonlyMap<string, string>;
}

/** Every scenario that a file stands for: one, or one for each cell of its matrix. Throws a ProblemError when a variable cannot be evaluated. */
export function expand(declared: Declared<WrittenScenario>, context: ExpandContext): Scenario[] {
  const { value } = declared;
  const body = readScenario(declared, context.texts);
  const baseId = value.id ?? declared.name;
  const shared = { ...context.projectVars, ...context.targetVars };
  const scenarioOf = (cell: Cell): Scenario => {
    const matrix = { ...cell.axes, ...cell.extras };
    const id = cellId(baseId, cell);
    const own = fill(declared, ["vars"], value.vars ?? {}, { vars: shared, matrix });
    const scope = { vars: { ...shared, ...own, ...cell.extras }, matrix };
    const world = value.world === undefined ? null : fill(declared, ["world"], value.world, scope);
    return { ...body, id, baseId, name: value.name ?? id, scope, world, ...readThread(declared, scope) };
  };
  return cellsOf(value.matrix).map(scenarioOf);
}
