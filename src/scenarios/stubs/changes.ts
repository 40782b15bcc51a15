import { evaluatePath, parsePath } from "../../project/access.ts";
import type { Scope } from "../../project/expression.ts";
import { ProblemError, problem } from "../../problem.ts";
import { atPlace, fill } from "../fill.ts";
import type { Scenario, WrittenChange } from "../scenario.ts";
import { applyOperation, type Operation, type World } from "../world/operations.ts";

/** The changes that a rule makes to a world, and the world after them. */
export interface Changed {
  operations: Operation[];
  world: World;
}

/**
 * Applies the changes of a rule, all or none. Their expressions are evaluated in `scope`, which has the world before the changes. Throws a
 * ProblemError with the place of the change that cannot be applied.
 */
export function changeWorld(
  scenario: Pick<Scenario, "place">,
  changes: readonly WrittenChange[],
  before: World,
  scope: Scope,
): Changed {
  const evaluated = changes.map((change) => ({ change, operation: operationOf(scenario, change, scope) }));
  return evaluated.reduce<Changed>(
    ({ operations, world }, { change, operation }) => {
      const applied = applyOperation(world, operation);
      if (applied.kind === "applied") return { operations: [...operations, operation], world: applied.world };
      const place = scenario.place(change.path, change.kind === "remove" ? "value" : "key");
      const hint =
        'Add a rule before it for calls about things that the world does not contain: when: "!(args.id in world.orders)".';
      throw new ProblemError([problem("bad_world_change", applied.message, { hint, place })]);
    },
    { operations: [], world: before },
  );
}

function operationOf(scenario: Pick<Scenario, "place">, change: WrittenChange, scope: Scope): Operation {
  const { kind, target, value, path: at } = change;
  const path = atPlace(scenario, at, () => evaluatePath(parsePath(target), scope));
  return kind === "remove" ? { kind, path } : { kind, path, value: fill(scenario, at, value, scope) };
}
