import type { Scope } from "../../project/expression.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { fill } from "../fill.ts";
import type { Scenario } from "../scenario.ts";
import { readScenario } from "./file.ts";
import { cellId, cellsOf } from "./matrix.ts";
import { rowsOf } from "./rows-of.ts";
import { readThread } from "./thread.ts";

/** The context that the scenarios of a project share. Variables of the matrix cell take precedence over those of the scenario, the target and the project. */
export interface ExpandContext {
  projectVars: Scope;
  targetVars: Scope;
  /** The texts of the files that scenarios name, by path from the project's root. */
  texts: ReadonlyMap<string, string>;
}

/** The scenarios of a file: one, or one for each cell of its matrix. Throws a ProblemError when a variable cannot be evaluated. */
export function expand(declared: Declared<WrittenScenario>, context: ExpandContext): Scenario[] {
  const { value } = declared;
  const body = readScenario(declared, context.texts);
  const baseId = value.id ?? declared.name;
  const shared = { ...context.projectVars, ...context.targetVars };
  const scenarioOf = ({ id, matrix, extras }: Variant): Scenario => {
    const own = fill(declared, ["vars"], value.vars ?? {}, { vars: shared, matrix });
    const scope = { vars: { ...shared, ...own, ...extras }, matrix };
    const world = value.world === undefined ? null : fill(declared, ["world"], value.world, scope);
    return { ...body, id, baseId, name: value.name ?? id, scope, world, saved: {}, ...readThread(declared, scope) };
  };
  return variantsOf(declared, baseId, context.texts).map(scenarioOf);
}

/** One of the scenarios of a file; `extras` are values of the matrix that are also variables. */
interface Variant {
  id: string;
  matrix: Scope;
  extras: Scope;
}

function variantsOf(declared: Declared<WrittenScenario>, id: string, texts: ExpandContext["texts"]): Variant[] {
  const { matrix } = declared.value;
  if (matrix === undefined) return [{ id, matrix: {}, extras: {} }];
  if ("rows" in matrix) {
    const { rows } = rowsOf(declared, matrix, texts);
    return rows.map((row) => ({ id: `${id}[${row.id}]`, matrix: row.values, extras: {} }));
  }
  return cellsOf(matrix).map((cell) => ({
    id: cellId(id, cell),
    matrix: { ...cell.axes, ...cell.extras },
    extras: cell.extras,
  }));
}
