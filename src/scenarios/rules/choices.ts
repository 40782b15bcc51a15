import type { Finding } from "../../project/finding.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";

/** Every choice of what a user says must be reachable and have its own text. */
export const choicesDiffer: Rule<WrittenScenario> = ({ value: { turns } }) =>
  turns.flatMap((written, turn): Finding[] => {
    if ("simulate" in written || typeof written.user === "string") return [];
    const { user } = written;
    const path = ["turns", turn, "user", "any"];
    const always = user.any.findIndex(({ when }) => when === undefined);
    const unreached: Finding[] =
      always === -1 || always === user.any.length - 1
        ? []
        : [
            {
              path: [...path, always + 1],
              code: "unreachable_rule",
              message: `this is never said: item ${always + 1} has no when, so it always applies`,
            },
          ];
    const same = user.any.flatMap(({ say }, index): Finding[] => {
      const first = user.any.findIndex((other) => other.say.trim() === say.trim());
      const message = `item ${index + 1} says the same as item ${first + 1}`;
      const hint = "Write one item with both conditions: when: a || b";
      return first === index ? [] : [{ path: [...path, index, "say"], code: "duplicate_value", message, hint }];
    });
    return [...unreached, ...same];
  });
