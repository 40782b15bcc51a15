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

/** The folder in which scenarios are written. */
export const folder = "scenarios";

/** A conversation to write, and what a scenario cannot express about it. */
export interface Candidate {
  conversation: SeenConversation;
  /** The conversation before personal data was removed; absent when nothing was. */
  original?: SeenConversation;
  notes: readonly string[];
}

/** One scenario that was or would be written. */
export interface SavedScenario {
  path: string;
  text: string;
  assistant: string;
  turns: number;
  calls: number;
  expectations: number;
  source: SeenConversation["source"];
  notes: readonly string[];
  /** True when the same scenario already exists. */
  isThere: boolean;
}

/** Scenarios to write, existing ones, and problems of conversations that cannot become a scenario. */
export interface Drafts {
  written: SavedScenario[];
  there: SavedScenario[];
  problems: Problem[];
}

/** Texts and free paths for conversations. An existing scenario is not written again. */
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
      drafts.problems.push(badConversation(source, "it cannot be written as YAML"));
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

/** The conversation without its id, which would only repeat the file's name. */
function named(seen: SeenConversation): SeenConversation {
  const title = titleOf(seen);
  return { ...seen, name: title?.includes(" ") === true ? title : null };
}

/** The file of a scenario for the conversation before redaction: a conversation from a run is not a new one because redaction changed it again. */
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

/** True if a file has the same content, apart from comments at its beginning. */
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
