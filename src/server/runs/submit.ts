import type { Static } from "../../schema/builder.ts";
import { refuse } from "../http/errors.ts";
import { seconds, type Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import type { SubmitToolOutputs } from "../wire/run.ts";
import { type RunStep, type StepCall } from "../wire/step.ts";
import type { Move } from "../engine/journal.ts";
import type { RunShape } from "./changes.ts";
import { endStep } from "./objects.ts";
import { type RunRecord, steps } from "../domain/kinds.ts";

type Outputs = Static<typeof SubmitToolOutputs>["tool_outputs"];

/** Adds outputs to the waiting step and the round. Throws an ApiFailure unless exactly the expected outputs are given. */
export async function answerCalls(
  { clock }: Pick<Services, "clock">,
  store: Store,
  record: RunRecord,
  outputs: Outputs,
): Promise<Move<RunShape>> {
  const { run, openRound } = record;
  if (run.status !== "requires_action" || !run.required_action || !openRound)
    refuse(`Runs in status "${run.status}" do not accept tool outputs.`);
  const expected = run.required_action.submit_tool_outputs.tool_calls.map(({ id }) => id);
  const given = outputs.map(({ tool_call_id: id }) => id);
  if (given.toSorted().join("\n") !== expected.toSorted().join("\n"))
    refuse(`Expected tool outputs for call_ids ${quoted(expected)}, got ${quoted(given)}`);

  const byId = new Map(outputs.map(({ tool_call_id: id, output = "" }) => [id, output]));
  const { round, usage } = openRound;
  const calls = round.calls.map((call) => ({ ...call, output: byId.get(call.callId) ?? call.output }));
  const open = await store.all(steps, { parent: record.id, tags: ["in_progress"] });
  return {
    events: [{ kind: "submit" }, { kind: "start" }],
    changes: open.map((step) => ({
      kind: "step",
      step: endStep(answered(step, byId), { status: "completed", usage }, seconds(clock)),
    })),
    record: { ...record, openRound: null, rounds: [...record.rounds, { ...round, calls }] },
  };
}

function answered(step: RunStep, outputs: ReadonlyMap<string, string>): RunStep {
  if (step.step_details.type !== "tool_calls") return step;
  const calls = step.step_details.tool_calls.map((call): StepCall => {
    const output = outputs.get(call.id);
    return call.type === "function" && output !== undefined
      ? { ...call, function: { ...call.function, output } }
      : call;
  });
  return { ...step, step_details: { type: "tool_calls", tool_calls: calls } };
}

function quoted(ids: readonly string[]): string {
  return `[${ids.map((id) => `'${id}'`).join(", ")}]`;
}
