import type { Action, Plan } from "../plan-format.ts";

/** How many resources have each action, and how many have undecided edits over there. */
export interface Summary {
  actions: Record<Action, number>;
  edited: number;
}

/** Counts a plan. */
export function summarize({ resources }: Plan): Summary {
  const count = (action: Action) => resources.filter((each) => each.action === action).length;
  return {
    actions: {
      create: count("create"),
      update: count("update"),
      adopt: count("adopt"),
      move: count("move"),
      delete: count("delete"),
      forget: count("forget"),
      unchanged: count("unchanged"),
      drifted: count("drifted"),
      refused: count("refused"),
    },
    edited: resources.filter(({ drift }) => drift.some(({ take }) => take === null)).length,
  };
}

/** `Plan: 1 to create, 2 to update, 3 unchanged. 1 was edited at prod.` */
export function summaryLine(plan: Plan): string {
  const { actions, edited } = summarize(plan);
  const counts: [number, string][] = [
    [actions.create, "to create"],
    [actions.update, "to update"],
    [actions.adopt, "to adopt"],
    [actions.move, "to rename"],
    [actions.delete, plan.prune ? "to delete" : "would be deleted with --prune"],
    [actions.forget, "already gone"],
    [actions.refused, "refused"],
    [actions.unchanged, "unchanged"],
  ];
  const parts = counts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  const drift = edited === 0 ? "" : ` ${edited} ${edited === 1 ? "was" : "were"} edited at ${plan.target}.`;
  if (parts.length === 0) return edited === 0 ? "Plan: nothing is declared." : `Plan:${drift}`;
  return `Plan: ${parts.join(", ")}.${drift}`;
}
