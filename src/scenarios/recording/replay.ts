import { canonicalJson } from "../../kit/json.ts";
import { cutEnd } from "../../kit/difference.ts";
import type { Secrets } from "../../kit/secrets.ts";
import type { Answerer } from "../asking/ask.ts";
import type { Conversation } from "../../targets/target.ts";
import type { Fingerprint, PartHashes } from "../fingerprint.ts";
import { answerValue, type CallRecord, type TurnRecord } from "../record/record.ts";
import type { Scenario } from "../scenario.ts";
import { HandlerFailure } from "../stubs/failure.ts";
import type { Handlers } from "../stubs/handlers.ts";
import { attached, type LogEntry, type Stop, type TurnLog } from "../execution/turn-log.ts";
import { stopBefore, type RunTurn, type TurnPlan } from "../execution/turn.ts";
import { applyAll } from "../world/operations.ts";
import type { Recording } from "./recording.ts";
import { StaleRecording, staleByAssistant } from "./stale.ts";

/** The current state to compare with a recording. */
export interface ReplayedNow {
  scenario: Pick<Scenario, "id" | "opening">;
  fingerprint: Pick<Fingerprint, "assistant">;
  /** Like `Recording.code`. */
  code: PartHashes;
  /** The files that the scenario names, with a hash of each. */
  files: PartHashes;
  /** Recordings contain no secrets, so values are redacted before they are compared with them. */
  secrets: Pick<Secrets, "redactJson">;
}

/** A replay of a scenario from its recording, which replaces the target and the project's code. */
export interface Replay {
  /** Throws a StaleRecording where the recording no longer matches the current state. */
  runTurn: RunTurn;
  handlers: Handlers;
  /** A placeholder for the target's conversation; nothing is sent to it. */
  conversation: Conversation;
}

/** Replays a recording. Nothing is sent, and no code of the project is run. */
export function createReplay(recording: Recording, now: ReplayedNow): Replay {
  const { scenario, fingerprint, code, files, secrets } = now;
  const calls = new Map(
    recording.turns.flatMap((turn) => turn.calls.map((call) => [call.callId, { call, turn: turn.number }])),
  );
  const stale = staleByAssistant(recording, fingerprint.assistant);
  const isSame = (one: unknown, other: unknown) =>
    canonicalJson(secrets.redactJson(one)) === canonicalJson(secrets.redactJson(other));
  const changedCode = [...new Set([...Object.keys(recording.code), ...Object.keys(code)])].filter(
    (file) => recording.code[file] !== code[file],
  );

  const recorded = (callId: string): CallRecord & { turn: number } => {
    const found = calls.get(callId);
    const outcome = found?.call.outcome ?? null;
    if (found === undefined || outcome === null) throw new Error(`the call ${callId} has no recorded answer`);
    const { call, turn } = found;
    if (changedCode.length > 0)
      throw new StaleRecording(turn, `${call.name} is answered by code, and ${changedCode.join(", ")} changed`);
    if (outcome.kind === "error") throw new HandlerFailure(outcome.message, {});
    return { ...call, turn };
  };

  return {
    conversation: silentConversation(
      new Map(recording.turns.flatMap(({ fileNames }) => Object.entries(fileNames ?? {}))),
    ),
    handlers: {
      async runModule(_file, _module, _args, { call, world }) {
        const { turn, name, outcome, changes = [] } = recorded(call.id);
        if (world === null) return { value: answerValue(outcome), world };
        const applied = applyAll(world, changes);
        if (applied.kind === "problem")
          throw new StaleRecording(turn, `the recorded changes of ${name} do not fit the world: ${applied.message}`);
        return { value: answerValue(outcome), world: applied.world };
      },
      runHandler: async (_file, _handler, _args, { call }) => answerValue(recorded(call.id).outcome),
      runProgram: async () => null,
      recordedSetup: recording.saved ?? {},
      close: async () => [],
    },
    async runTurn(_conversation, tools, plan, { signal, onHappening = () => {} }) {
      const { number, part } = plan;
      if (!isSame(scenario.opening, recording.opening)) throw new StaleRecording(1, "the thread begins differently");
      if (stale !== null && number >= stale.turn) throw new StaleRecording(stale.turn, stale.why);
      const turn = recording.turns.find((each) => each.number === number && (each.part ?? null) === part);
      if (turn === undefined) throw new StaleRecording(number, missingTurn(number, recording.turns));
      if (!isSame(plan.user, turn.user)) throw new StaleRecording(number, "the user's message is different");
      if (!isSame(attachedIn(plan), turn.attachments ?? []))
        throw new StaleRecording(number, "different files are attached, or for other tools");
      const other = (turn.attachments ?? []).find(({ file }) => recording.attached?.[file] !== files[file]);
      if (other !== undefined) throw new StaleRecording(number, `the attached file ${other.file} changed`);
      onHappening({ kind: "user", text: plan.user });
      const entries: LogEntry[] = [];
      const end = (stop: Stop | null) => logOf(turn, entries, stop);
      let round = 0;
      for (const { at, event } of turn.events) {
        entries.push({ kind: "event", at, event });
        onHappening({ kind: "event", event });
        if (event.kind !== "requires_action") continue;
        round += 1;
        const stop = stopBefore(event.calls, round, plan);
        if (stop !== null) return end(stop);
        const asked = turn.calls.filter((call) => call.round === round);
        if (asked.some(({ outcome }) => outcome === null))
          throw new StaleRecording(number, `the recording ends with an unanswered call to ${namesOf(asked)}`);
        const context = { signal, scope: plan.scope, delay: async () => {} };
        const answers = await Promise.all(event.calls.map((call) => tools.answer(call, context)));
        for (const [index, answer] of answers.entries()) {
          const call = asked[index];
          if (call === undefined) continue;
          if (!isSame(answerValue(answer.outcome), answerValue(call.outcome)))
            throw new StaleRecording(number, differentAnswer(call, answerValue(answer.outcome)));
          entries.push({ kind: "answer", round, index, at: call.at, took: call.took, answer });
          onHappening({ kind: "call", call, outcome: answer.outcome });
        }
      }
      if (turn.status === "stopped" || turn.status === "requires_action")
        throw new StaleRecording(number, `the recorded turn was stopped: ${turn.error?.message ?? turn.status}`);
      return end(null);
    },
  };
}

/** Answers questions from recordings; the same question has the same answer in every recording. */
export function recordedAnswers(recordings: readonly Pick<Recording, "opinions">[]): Answerer {
  const known = new Map(recordings.flatMap(({ opinions }) => Object.entries(opinions)));
  return async ({ key }) => {
    const opinion = known.get(key);
    if (opinion === undefined)
      throw new StaleRecording(1, "it has no answer to a question for a judge or a simulated user");
    return opinion;
  };
}

/** The replay of a scenario without a recording, which is always stale. */
export function withoutRecording(): Replay {
  const missing = async (): Promise<never> => {
    throw new StaleRecording(1, "it was never recorded");
  };
  const handlers = { runModule: missing, runHandler: missing, runProgram: missing, recordedSetup: {} };
  return {
    conversation: silentConversation(new Map()),
    runTurn: missing,
    handlers: { ...handlers, close: async () => [] },
  };
}

function attachedIn({ attachments = [] }: Pick<TurnPlan, "attachments">): TurnRecord["attachments"] {
  return attachments.map(attached);
}

function missingTurn(number: number, turns: readonly TurnRecord[]): string {
  const last = turns.at(-1)?.number ?? 0;
  return number > last ? `the recording ends after turn ${last}` : "the turn was left out in the recording";
}

/** A conversation in which everything has been said; it knows the names of its files. */
function silentConversation(fileNames: ReadonlyMap<string, string>): Conversation {
  const nothing = (): never => {
    throw new Error("a recording should have been replayed");
  };
  return {
    id: "recorded",
    send: nothing,
    answer: nothing,
    cancel: async () => {},
    close: async () => {},
    transcript: async () => [],
    fileName: async (id) => fileNames.get(id) ?? null,
    fileContent: async () => null,
    passages: async () => [],
  };
}

function logOf({ time }: TurnRecord, entries: readonly LogEntry[], stop: Stop | null): TurnLog {
  return { entries, total: time.total, waited: time.waited, delayed: time.delayed ?? 0, stop };
}

function namesOf(calls: readonly CallRecord[]): string {
  return calls.map(({ name }) => name).join(", ");
}

const longestValue = 120;

function differentAnswer({ name, args, outcome }: CallRecord, now: unknown): string {
  const show = (value: unknown) => cutEnd(JSON.stringify(value), longestValue);
  return `${name}(${show(args)}) now returns ${show(now)}; the recording has ${show(answerValue(outcome))}`;
}
