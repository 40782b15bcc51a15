import { asList, asObject, asText, isDeeperThan, isObject, type JsonObject } from "../../kit/json.ts";
import { threadHistory } from "../../targets/histories/thread-objects.ts";
import type { HistoryEvent, ThreadHistory } from "../../targets/history.ts";
import { assemble } from "./assemble.ts";
import type { SeenConversation } from "./conversation.ts";
import { findConversations, type FoundConversation } from "./formats/find.ts";
import { createThreadStore } from "./formats/thread-objects.ts";
import { toolsIn, toolsInText } from "./formats/tools.ts";

/** The result of reading at one place of a file. */
export type Read =
  | {
      kind: "conversation";
      conversation: SeenConversation;
      /** Things that a scenario cannot represent, in words. */
      notes: readonly string[];
    }
  | {
      kind: "unusable";
      /** From 1; `null` when the document is the entire file. */
      line: number | null;
      /** The path in the document; empty for the entire document. */
      path: string;
      why: string;
    };

/** Reads the documents of one file, one after another, in any known format. */
export interface TranscriptReader {
  /** `line` is where the document begins; `null` when it is the entire file. */
  add(this: void, document: unknown, line: number | null): Read[];
  /** Returns the results that require the entire file: threads and chains of responses may be spread over it. */
  end(this: void): Read[];
}

const deepest = 300;
const noConversation = "it contains no conversation";

/** A reader for the file of this name. */
export function createTranscriptReader(file: string): TranscriptReader {
  const store = createThreadStore();
  const responses = new Map<string, ReadResponse>();
  const streams = { begun: 0, ended: 0, line: null as number | null };

  function add(document: unknown, line: number | null): Read[] {
    if (isDeeperThan(document, deepest)) return [{ kind: "unusable", line, path: "", why: "it is nested too deeply" }];
    const streamed = streamedResponse(document);
    if (streamed !== null) {
      if (streamed.type === "response.created") streams.line = line;
      if (streamed.type === "response.created") streams.begun += 1;
      if (streamed.response === null) return [];
      streams.ended += 1;
      return add(streamed.response, line);
    }
    if (store.add(document, line)) return [];
    const found = isLoneResponse(document) ? [] : [...findConversations(document)];
    for (const each of found) if (each.response !== undefined) responses.set(each.response.id, { found: each, line });
    const alone = found.filter(({ response }) => response === undefined);
    if (found.length === 0) return [{ kind: "unusable", line, path: "", why: whyNone(document) }];
    return alone.map((each) => readFound(each, file, line));
  }

  return {
    add,
    end() {
      const threads = store
        .threads()
        .map(({ id, line, ...objects }) => readThread(id, threadHistory(objects), file, line));
      const cut: Read[] =
        streams.begun > streams.ended
          ? [
              {
                kind: "unusable",
                line: streams.line,
                path: "",
                why: "the stream of a response ends before the response does",
              },
            ]
          : [];
      return [...chained(responses).map(({ found, line }) => readFound(found, file, line)), ...threads, ...cut];
    },
  };
}

/** Builds a conversation from the history of a thread. */
export function readThread(
  id: string,
  { assistant, tools, events }: ThreadHistory,
  file: string,
  line: number | null,
): Read {
  return readFound({ path: "", name: id, assistant, tools: toolsIn(tools), events: [...events] }, file, line);
}

/** Builds a conversation from what was found. */
function readFound(found: FoundConversation, file: string, line: number | null): Read {
  const { path, name, assistant, tools, events } = found;
  const assembled = assemble(events);
  if (assembled.kind === "unusable") return { kind: "unusable", line, path, why: assembled.why };
  const { instructions, opening, turns, notes } = assembled;
  const described = tools.length > 0 ? tools : toolsInText(instructions ?? "");
  const source = { file, line };
  return {
    kind: "conversation",
    conversation: { name, assistant, instructions, tools: described, opening, turns, source },
    notes,
  };
}

/** An event of a streamed response, the last of which contains the complete response; `null` for any other document. */
function streamedResponse(document: unknown): { type: string; response: JsonObject | null } | null {
  if (!isObject(document)) return null;
  const type = asText(document["type"]);
  const isError = type === "error" && document["sequence_number"] !== undefined;
  if (!type.startsWith("response.") && !isError) return null;
  const isLast = type === "response.completed" || type === "response.failed" || type === "response.incomplete";
  return { type, response: isLast ? asObject(document["response"]) : null };
}

/** True for a response without its input, which an API stores separately. */
function isLoneResponse(document: unknown): boolean {
  return (
    isObject(document) &&
    document["object"] === "response" &&
    asList(document["input"]).length === 0 &&
    typeof document["input"] !== "string"
  );
}

function whyNone(document: unknown): string {
  if (isLoneResponse(document)) return "it is a response without its input, so what the user said is not in it";
  if (!isObject(document)) return noConversation;
  const keys = Object.keys(document).slice(0, 8);
  return keys.length === 0 ? noConversation : `${noConversation}: it has ${keys.join(", ")}`;
}

interface ReadResponse {
  found: FoundConversation;
  line: number | null;
}

/** Responses that continue one another form one conversation, which is identified by the last of them. */
function chained(responses: ReadonlyMap<string, ReadResponse>): ReadResponse[] {
  const continued = new Set([...responses.values()].map(({ found }) => found.response?.previous ?? ""));
  return [...responses]
    .filter(([id]) => !continued.has(id))
    .map(([id, { found, line }]) => {
      const events = chainTo(id, responses).flatMap((each) => each.events);
      return { found: { ...found, events: withoutRepeatedInstructions(events) }, line };
    });
}

/** The responses that lead to one, which comes last; a cycle is followed only once. */
function chainTo(id: string, responses: ReadonlyMap<string, ReadResponse>): FoundConversation[] {
  const chain = new Map<string, FoundConversation>();
  let at: string | null = id;
  while (at !== null && !chain.has(at)) {
    const found: FoundConversation | undefined = responses.get(at)?.found;
    if (found === undefined) break;
    chain.set(at, found);
    at = found.response?.previous ?? null;
  }
  return [...chain.values()].toReversed();
}

/** Removes the instructions that each request repeats. */
function withoutRepeatedInstructions(events: readonly HistoryEvent[]): HistoryEvent[] {
  const said = new Set<string>();
  return events.filter((event) => {
    if (event.kind !== "instructions") return true;
    const isNew = !said.has(event.text);
    said.add(event.text);
    return isNew;
  });
}
