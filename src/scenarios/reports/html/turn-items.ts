import type { CitationPage, FileRef, TurnItem } from "../../../page-data/scenario-page.ts";
import type { Citation, TurnEvent } from "../../../targets/target.ts";
import type { CallRecord, TurnRecord } from "../../record/record.ts";
import { showPath } from "../../matcher/json.ts";
import { describeChange } from "../../world/changes.ts";

/** The events of a turn, in order. The pieces of a streamed text form one message, with the time of the first piece. */
export function itemsOf(turn: TurnRecord): TurnItem[] {
  const items: TurnItem[] = [];
  const said: string[] = [];
  let begun = -1;
  let last = 0;
  let round = 0;
  for (const { at, event } of turn.events) {
    if (event.kind === "text") {
      said.push(event.delta);
      begun = begun < 0 ? at : begun;
      last = at;
      continue;
    }
    if (event.kind === "requires_action") round += 1;
    items.push(...itemOf(event, { at, from: begun < 0 ? at : begun, round }, turn));
    if (event.kind !== "message") continue;
    said.length = 0;
    begun = -1;
  }
  const text = said.join("");
  if (text !== "") items.push({ kind: "message", from: begun, at: last, text, isCut: true, citations: [], files: [] });
  return items;
}

function itemOf(
  event: Exclude<TurnEvent, { kind: "text" }>,
  { at, from, round }: { at: number; from: number; round: number },
  turn: TurnRecord,
): TurnItem[] {
  switch (event.kind) {
    case "message": {
      const citations = event.citations.map((each) => citationPage(each, turn));
      const files = event.files.map((id) => fileRef(id, turn));
      return [{ kind: "message", from, at, text: event.text, isCut: false, citations, files }];
    }
    case "code": {
      const files = event.images.map((id) => fileRef(id, turn));
      return [{ kind: "code", at, input: event.input, logs: event.logs, files }];
    }
    case "search":
      return [{ kind: "search", at, results: event.results }];
    case "waiting":
      return [{ kind: "waiting", at, reason: event.reason }];
    case "requires_action":
      return turn.calls.filter((call) => call.round === round).map(callItem);
    case "resumed":
    case "ended":
      return [];
  }
}

function callItem({
  rule,
  at,
  took,
  round,
  name,
  arguments: written,
  outcome,
  findings,
  changes = [],
}: CallRecord): TurnItem {
  return {
    kind: "call",
    at,
    took,
    round,
    name,
    arguments: written,
    outcome,
    rule: rule === undefined ? null : showPath(rule),
    findings: findings.map(({ code, message, trace = [], place }) => ({
      code,
      message,
      trace,
      place: place == null ? null : `${place.file}:${place.line}`,
    })),
    changes: changes.map(describeChange),
  };
}

function citationPage({ text, fileId, start, end }: Citation, turn: TurnRecord): CitationPage {
  return { start, end, text, file: fileRef(fileId, turn), passage: turn.passages?.[text] ?? null };
}

function fileRef(id: string, { fileNames, fileContents }: TurnRecord): FileRef {
  return { id, name: fileNames?.[id] ?? null, content: fileContents?.[id] ?? null };
}
