import type { Action } from "./actions.ts";
import type { ModelRequest, ToolChoice } from "./model.ts";

/** A choice that forces a call holds for the first round of a run; after it the model is free, or no run would ever end. */
export function currentToolChoice({ toolChoice, rounds }: Pick<ModelRequest, "toolChoice" | "rounds">): ToolChoice {
  return toolChoice.kind === "none" || rounds.length === 0 ? toolChoice : { kind: "auto" };
}

/** How a round goes against the run's `tool_choice`; `null` when it does not. */
export function breachOfToolChoice(
  actions: readonly Action[],
  request: Pick<ModelRequest, "toolChoice" | "rounds">,
): string | null {
  const choice = currentToolChoice(request);
  const called = actions.flatMap((action) => (action.kind === "call" ? [action.name] : []));
  if (choice.kind === "auto" || actions.some(({ kind }) => kind === "fail")) return null;
  if (choice.kind === "none") {
    return called.length === 0 ? null : `the script calls "${called.join('", "')}", and the run's tool_choice is none`;
  }
  const forced = choice.kind === "function" ? choice.name : choice.kind;
  const kept = choice.kind === "required" ? called.length > 0 : called.includes(forced);
  return kept
    ? null
    : `the run's tool_choice is ${forced}, and the script does not call ${choice.kind === "required" ? "a tool" : "it"}`;
}
