import { posix } from "node:path";
import { type Problem, problem } from "../../problem.ts";
import { sizeText } from "../../kit/size.ts";
import { type ProjectFiles, maxFileBytes } from "../../project/files.ts";
import type { Project } from "../../project/project.ts";
import { takenPaths } from "../../project/write/import-draft.ts";
import { candidates } from "../../project/write/names.ts";
import { schemaLine } from "../../project/write/writers.ts";
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
    const title = titleOf(conversation);
    // An id says nothing that the file's name does not.
    const named = { ...conversation, name: title?.includes(" ") === true ? title : null };
    const text = scenarioText(named, {
      assistant: assistant.name,
      functions: functionsAmong(assistant.functions),
      folder,
      header,
    });
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
