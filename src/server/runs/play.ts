import type { ModelRound } from "../models/model.ts";
import type { Services } from "../services.ts";
import type { FunctionCall, RunRecord } from "../wire/run.ts";
import { runCode, runSearch, type BuiltInAnswer } from "./builtin.ts";
import type { CallSheet } from "./calls.ts";
import { hear, type Heard } from "./hear.ts";
import type { Journal } from "./journal.ts";
import { buildRequest } from "./request.ts";
import { markedFiles } from "./resources.ts";
import { beginSpeech } from "./speech.ts";
import { clear, endingOf, type Stage } from "./stage.ts";
import { addUsage, remaining } from "./usage.ts";

/** What carrying out a run needs. */
export interface Play {
  services: Services;
  journal: Journal;
  stage: Stage;
  signal: AbortSignal;
}

/**
 * Carries out a queued run until it is over or waits for outputs. Throws what stopped it: ModelFailure, RunGone, RunMoved or the signal's
 * reason; the stage then holds what was being told.
 */
export async function play(scene: Play, runId: string): Promise<RunRecord> {
  let record = scene.journal.move(runId, [], { kind: "start" });
  if (record.run.tools.some(({ type }) => type === "code_interpreter")) scene.services.codeInterpreter.prewarm();
  while (record.run.status === "in_progress") {
    if (record.lateText !== "") record = sayLate(scene, record);
    record = await playRound(scene, record);
  }
  return record;
}

async function playRound(scene: Play, record: RunRecord): Promise<RunRecord> {
  const { services, journal, stage, signal } = scene;
  const { run, usage } = record;
  const request = await buildRequest(services, record);
  signal.throwIfAborted();
  const exhausted = remaining(run.max_completion_tokens, usage.completion_tokens) === 0;
  if (request === null || exhausted)
    return journal.move(run.id, [], {
      kind: "cut",
      reason: exhausted ? "max_completion_tokens" : "max_prompt_tokens",
      usage,
    });

  const heard = await hear({ services, journal, record, stage }, request, signal);
  if (heard.finish === "content_filter") return endFiltered(scene, record, heard);
  if (heard.finish === "length" || !stage.sheet) return endRun(scene, record, heard);
  return answerCalls(scene, stage.sheet, record, heard, request.messages.length);
}

/** What a filter stopped fails the run; what came before stays, as incomplete. */
function endFiltered({ journal, stage }: Play, { id }: RunRecord, heard: Heard): RunRecord {
  const error = { code: "server_error", message: "A content filter stopped the answer." } as const;
  const changes = endingOf(stage, "content_filter", { status: "failed", error });
  const record = journal.move(id, changes, ({ usage }) => ({ kind: "fail", error, usage }), spend(heard));
  clear(stage);
  return record;
}

/** The last round: nothing was called, or the tokens ran out. */
function endRun({ services, journal, stage }: Play, current: RunRecord, heard: Heard): RunRecord {
  const cutShort = heard.finish === "length";
  if (!stage.speech && !stage.sheet && current.images.length > 0)
    stage.speech = beginSpeech(services, journal, current, markedFiles(services, current));
  const changes = endingOf(stage, cutShort ? "max_tokens" : null, { status: "completed", usage: heard.usage });
  const record = journal.move(
    current.id,
    changes,
    ({ usage }) => (cutShort ? { kind: "cut", reason: "max_completion_tokens", usage } : { kind: "complete", usage }),
    spend(heard),
  );
  clear(stage);
  return record;
}

/** Carries out the built-in calls of a round; functions, if there are any, are then asked for. */
async function answerCalls(
  { services, journal, stage, signal }: Play,
  sheet: CallSheet,
  current: RunRecord,
  heard: Heard,
  messageCount: number,
): Promise<RunRecord> {
  const answers = new Map<number, BuiltInAnswer>();
  for (const [position, { tool }] of sheet.calls.entries()) {
    const call = { services, record: current, sheet, position, signal };
    if (tool === "code_interpreter") answers.set(position, await runCode(call));
    if (tool === "file_search")
      answers.set(position, await runSearch(call, messageIndex(messageCount, current.rounds.length, position)));
  }
  const round: ModelRound = {
    text: heard.text,
    calls: sheet.calls.map((call, position) => ({ ...call, output: answers.get(position)?.output ?? "" })),
  };
  const shown = (record: RunRecord): RunRecord => ({
    ...spend(heard)(record),
    lateText: heard.lateText,
    images: [...record.images, ...[...answers.values()].flatMap(({ images }) => images)],
    citations: Object.assign({}, record.citations, ...[...answers.values()].map(({ citations }) => citations)),
  });
  const asked = functionCalls(sheet);
  const record =
    asked.length === 0
      ? journal.revise(current.id, sheet.end({ status: "completed", usage: heard.usage }), (before) => ({
          ...shown(before),
          rounds: [...before.rounds, round],
        }))
      : journal.move(current.id, [{ kind: "step", step: sheet.step() }], { kind: "ask", calls: asked }, (before) => ({
          ...shown(before),
          openRound: { round, usage: heard.usage },
        }));
  clear(stage);
  return record;
}

/**
 * The first number of a citation, `4` in `【4:0†source】`: where the answer stands among everything the model reads. The original counts three
 * messages of its own before the thread's, and two for every round, the call and its answer.
 */
function messageIndex(messageCount: number, roundCount: number, position: number): number {
  return 3 + messageCount + 2 * roundCount + position;
}

function functionCalls(sheet: CallSheet): FunctionCall[] {
  const calls = sheet.calls.filter(({ tool }) => tool === "function");
  return calls.map((call) => ({
    id: call.callId,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));
}

/** What the model said after it had called becomes a message of its own. */
function sayLate({ services, journal, stage }: Play, current: RunRecord): RunRecord {
  stage.speech = beginSpeech(services, journal, current, markedFiles(services, current));
  stage.speech.text(current.lateText);
  const changes = stage.speech.end(null, { status: "completed", usage: null });
  const record = journal.revise(current.id, changes, (before) => ({ ...before, lateText: "" }));
  clear(stage);
  return record;
}

function spend(heard: Heard): (record: RunRecord) => RunRecord {
  return (record) => ({ ...record, usage: addUsage(record.usage, heard.usage) });
}
