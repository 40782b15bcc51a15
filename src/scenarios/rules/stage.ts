import { ExpressionError, parseExpression } from "../../project/expression.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { resultPath } from "../execution/stage.ts";

/** Values saved from the results of setup and teardown must be written as valid paths. */
export const stageSavesCanBeRead: Rule<WrittenScenario> = ({ value }) =>
  (["setup", "teardown"] as const).flatMap((stage) =>
    (value[stage] ?? []).flatMap(({ save = {} }, index) =>
      Object.entries(save).flatMap(([name, from]) => pathFindings(from, [stage, index, "save", name])),
    ),
  );

function pathFindings(from: string, path: Path): Finding[] {
  try {
    const fault = parseExpression(resultPath(from)).check({ result: null });
    if (fault === null) return [];
    throw fault;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const hint = "A path begins with $, which is the entire result: $.customer.id, $.items[0].";
    return [{ path, code: "bad_expression", message: `"${from}" is not a path`, hint }];
  }
}
