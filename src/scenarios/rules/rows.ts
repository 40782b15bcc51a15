import type { Problem } from "../../problem.ts";
import type { Declared } from "../../project/project.ts";
import type { Finding } from "../../project/finding.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { rowsOf } from "../read/rows-of.ts";

/** A file of rows must be readable and have the columns whose types are given. */
export const rowsCanBeRead: Rule<WrittenScenario> = (declared, { texts }) => {
  const { matrix } = declared.value;
  if (matrix === undefined || !("rows" in matrix)) return [];
  const { columns, problems } = rowsOf(declared, matrix, texts);
  const ofFile = problems.map((each) => findingOf(each));
  if (columns.length === 0) return ofFile;
  const strange = Object.keys(matrix.types ?? {})
    .filter((name) => !columns.includes(name))
    .map((name) => unknownReference("column", name, columns, ["matrix", "types", name], "key"));
  return [...ofFile, ...strange];
};

/** A problem in a file other than the scenario's. */
function findingOf({ code, message, hint, place, severity }: Problem): Finding {
  return {
    path: ["matrix", "rows"],
    code: code as Finding["code"],
    severity,
    message,
    ...(hint !== undefined && { hint }),
    ...(place !== undefined && { place }),
  };
}

/** The columns of a scenario's file of rows; `null` when it has no such file, or they are unknown. */
export function columnsOf(
  declared: Declared<WrittenScenario>,
  texts: ReadonlyMap<string, string>,
): readonly string[] | null {
  const { matrix } = declared.value;
  if (matrix === undefined || !("rows" in matrix)) return null;
  const { columns } = rowsOf(declared, matrix, texts);
  return columns.length === 0 ? null : columns;
}
