import { posix } from "node:path";
import { type Problem, problem } from "../../problem.ts";
import { sizeText } from "../../kit/size.ts";
import { type ProjectFiles, maxFileBytes } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { takenPaths } from "../../project/write/import-draft.ts";
import { candidates } from "../../project/write/names.ts";
import { schemaLine } from "../../project/write/schema-line.ts";
import type { SeenConversation } from "../../scenarios/transcripts/conversation.ts";
import { stemOf, titleOf } from "../../scenarios/transcripts/file-stem.ts";
import { functionsAmong, withoutBuiltIns } from "../../scenarios/transcripts/without-built-ins.ts";
import { callsIn } from "../../scenarios/transcripts/write/turn.ts";
import { scenarioText } from "../../scenarios/transcripts/write/scenario.ts";
import type { Chosen } from "./assign.ts";

/** Where scenarios are written. */
export const folder = "scenarios";

/** A conversation to be written, and what of it a scenario cannot say. */
export interface Candidate {
  conversation: SeenConversation;
  /** The same with the personal data that was taken out; absent for the conversation itself. */
  original?: SeenConversation;
  notes: readonly string[];
}

/** One scenario as it was written, or would be. */
export interface SavedScenario {
  path: string;
  text: string;
  assistant: string;
  turns: number;
  calls: number;
  expectations: number;
  source: SeenConversation["source"];
  notes: readonly string[];
  /** The same scenario is there already. */
  isThere: boolean;
}

/** Scenarios that are to be written, those that are there already, and conversations of which none can be made. */
export interface Drafts {
  written: SavedScenario[];
  there: SavedScenario[];
  problems: Problem[];
}

/** Texts for conversations, and paths that are free. A scenario that is there already is not written again. */
export function draftScenarios(files: ProjectFiles, project: Project, chosen: readonly Chosen[]): Drafts {
  const isTaken = takenPaths(files);
  const ids = new Set([...project.files.keys()].map((address) => address.toLowerCase()));
  const given = new Set<string>();
  const drafts: Drafts = { written: [], there: [], problems: [] };
  for (const { assistant, ...chose } of chosen) {
    const { conversation, notes } = withoutBuiltIns(chose.conversation, assistant.functions);
    const { source, turns } = conversation;
    const line = source.line === null ? "" : `, line ${source.line}`;
    const header = `${schemaLine("scenario", folder, isTaken)}# From ${oneLine(posix.basename(source.file))}${line}\n`;
    const functions = functionsAmong(assistant.functions);
    const textOf = (seen: SeenConversation) =>
      scenarioText(named(seen), { assistant: assistant.name, functions, folder, header });
    const text = textOf(conversation);
    if (text === null) {
      drafts.problems.push(badConversation(source, "YAML cannot hold it"));
      continue;
    }
    if (Buffer.byteLength(text.text) > maxFileBytes) {
      drafts.problems.push(badConversation(source, `its scenario would be larger than ${sizeText(maxFileBytes)}`));
      continue;
    }
    const about = {
      text: text.text,
      assistant: assistant.name,
      turns: turns.length,
      calls: callsIn(conversation).length,
      expectations: text.expectations,
      source,
      notes: [...chose.notes, ...notes],
    };
    const original = chose.original && withoutBuiltIns(chose.original, assistant.functions).conversation;
    const there = original === undefined ? null : pathOf(files, original, textOf(original)?.text, isTaken);
    if (there !== null) {
      drafts.there.push({ ...about, path: there, isThere: true });
      continue;
    }
    for (const stem of candidates(stemOf(conversation))) {
      const path = `${folder}/${stem}.yaml`;
      if (isTaken(path) && isSame(files, path, text.text)) {
        drafts.there.push({ ...about, path, isThere: true });
        break;
      }
      if (isTaken(path) || given.has(stem) || ids.has(`scenario.${stem}`)) continue;
      given.add(stem);
      drafts.written.push({ ...about, path, isThere: false });
      break;
    }
  }
  return drafts;
}

/** An id says nothing that the file's name does not. */
function named(seen: SeenConversation): SeenConversation {
  const title = titleOf(seen);
  return { ...seen, name: title?.includes(" ") === true ? title : null };
}

/** The file of a scenario that says a conversation as it was: what a run of it showed is no other one because it could be redacted again. */
function pathOf(
  files: ProjectFiles,
  seen: SeenConversation,
  text: string | undefined,
  isTaken: (path: string) => boolean,
): string | null {
  if (text === undefined) return null;
  for (const stem of candidates(stemOf(seen))) {
    const path = `${folder}/${stem}.yaml`;
    if (!isTaken(path)) return null;
    if (isSame(files, path, text)) return path;
  }
  return null;
}

/** Whether a file says the same, comments at its beginning aside. */
function isSame(files: ProjectFiles, path: string, text: string): boolean {
  const read = files.read(path);
  const withoutComments = (of: string) => of.replace(/^(?:#.*\n)*/, "");
  return read.kind === "text" && withoutComments(read.text) === withoutComments(text);
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

/** The problem of a conversation that cannot be written. */
export function badConversation({ file, line }: SeenConversation["source"], why: string): Problem {
  return problem("bad_conversation", `${file}${line === null ? "" : `:${line}`}: ${why}`);
}
