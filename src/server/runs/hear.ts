import { ModelFailure, type ModelEvent, type ModelRequest } from "../models/model.ts";
import type { Services } from "../services.ts";
import type { RunRecord, Usage } from "../wire/run.ts";
import { until } from "./abort.ts";
import { beginCalls } from "./calls.ts";
import type { Journal } from "./journal.ts";
import { markedFiles } from "./resources.ts";
import { beginSpeech, type Speech } from "./speech.ts";
import type { Stage } from "./stage.ts";
import { addUsage, noUsage, usageOf } from "./usage.ts";

/** What one round of the model came to. */
export interface Heard {
  text: string;
  /** Text that came after the first call. */
  lateText: string;
  usage: Usage;
  finish: Extract<ModelEvent, { kind: "finish" }>["reason"];
}

/** Listens to one round and tells it on: text as a message, calls as a step. Leaves both open on the stage. */
export async function hear(
  { services, journal, record, stage }: { services: Services; journal: Journal; record: RunRecord; stage: Stage },
  request: ModelRequest,
  signal: AbortSignal,
): Promise<Heard> {
  const heard: Heard = { text: "", lateText: "", usage: noUsage, finish: "stop" };
  const speech = (): Speech => (stage.speech ??= beginSpeech(services, journal, record, markedFiles(services, record)));
  const begun = (call: Extract<ModelEvent, { kind: "call" }>): void => {
    if (stage.sheet && !record.run.parallel_tool_calls) return;
    checkOffered(record, call);
    stage.sheet ??= beginCalls(
      services,
      journal,
      record,
      stage.speech?.end(null, { status: "completed", usage: null }) ?? [],
    );
    stage.speech = null;
    stage.sheet.begin(call);
  };

  let finished = false;
  for await (const event of until(services.model.respond(request, signal), signal)) {
    switch (event.kind) {
      case "text":
        if (stage.sheet) heard.lateText += event.delta;
        else if (event.delta !== "") speech().text(event.delta);
        heard.text += event.delta;
        break;
      case "refusal":
        if (stage.sheet) heard.lateText += event.delta;
        else speech().refusal(event.delta);
        heard.text += event.delta;
        break;
      case "call":
        begun(event);
        break;
      case "arguments":
        stage.sheet?.addArguments(event.index, event.delta);
        break;
      case "usage":
        heard.usage = addUsage(heard.usage, usageOf(event.promptTokens, event.completionTokens));
        break;
      case "finish":
        heard.finish = event.reason;
        finished = true;
        break;
    }
  }
  if (!finished) throw new ModelFailure("server_error", "The model's answer broke off.");
  return heard;
}

/** A call of a tool that the run does not have cannot be answered. */
function checkOffered({ run }: RunRecord, { tool, name }: Extract<ModelEvent, { kind: "call" }>): void {
  const offered = run.tools.some((each) =>
    each.type === "function" ? tool === "function" && each.function.name === name : each.type === tool,
  );
  if (!offered) throw new ModelFailure("server_error", `The model called '${name}', which is not a tool of the run.`);
}
