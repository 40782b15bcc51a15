import { canonicalJson, isObject } from "../../kit/json.ts";
import { candidates, stemFrom } from "../../project/write/names.ts";
import { yamlText } from "../../project/write/yaml-text.ts";
import { asWritten } from "../transcripts/write/plain-matcher.ts";
import type { MigratedCase } from "./suite.ts";
import { withExpressions } from "./template.ts";

/** A file to be written to the project, by path from the root. */
export interface DraftFile {
  path: string;
  text: string;
}

/** The files of one scenario, and the number of its rows. */
export interface DraftScenario {
  files: DraftFile[];
  scenarios: number;
  /** False when they need a target with a model. */
  isScripted: boolean;
}

interface WriteContext {
  /** The assistant's address in the project, without its kind. */
  assistant: string;
  /** Comments for the top of the file, lines with their `#`. */
  header: string;
  /** True when the name is free for a scenario. */
  isFree(this: void, stem: string): boolean;
}

/** The maximum length of a scenario's name. */
const longestName = 120;

/**
 * Cases as files: cases that differ only in the values of their variables become one scenario with a file of rows. `unwritable` are the names of cases
 * that YAML cannot represent.
 */
export function writtenSuite(
  cases: readonly MigratedCase[],
  context: WriteContext,
): { drafts: DraftScenario[]; unwritable: string[] } {
  const given = new Set<string>();
  const drafts: DraftScenario[] = [];
  const unwritable: string[] = [];
  for (const group of groupsOf(cases)) {
    const stem = freeStem(group[0]?.stem ?? "test", (each) => context.isFree(each) && !given.has(each));
    const draft = writtenGroup(group, stem, context);
    if (draft === null) unwritable.push(group[0]?.name ?? stem);
    else drafts.push(draft);
    if (draft !== null) given.add(stem);
  }
  return { drafts, unwritable };
}

function freeStem(wanted: string, isFree: (stem: string) => boolean): string {
  for (const stem of candidates(stemFrom(wanted, "test"))) if (isFree(stem)) return stem;
  throw new Error("there is always another name");
}

/** Cases with the same texts and the same variables, in the order in which they come. */
function groupsOf(cases: readonly MigratedCase[]): MigratedCase[][] {
  const key = ({ opening, user, expect, say, vars }: MigratedCase) =>
    canonicalJson({ opening, user, expect, say, vars: Object.keys(vars).toSorted() });
  const groups = [...Map.groupBy(cases, key).values()];
  return groups.flatMap((group) => (group.length > 1 && canBeRows(group) ? [group] : group.map((each) => [each])));
}

/** True when the cases can be rows: their values of `id`, if any, must be distinct. */
function canBeRows(group: readonly MigratedCase[]): boolean {
  const names = Object.keys(group[0]?.vars ?? {});
  if (names.length === 0) return false;
  if (!names.includes("id")) return true;
  const ids = group.map(({ vars }) => vars["id"]);
  return ids.every((id) => typeof id === "string" && /^[\w.-]+$/.test(id)) && new Set(ids).size === ids.length;
}

function writtenGroup(
  group: readonly MigratedCase[],
  stem: string,
  { assistant, header }: WriteContext,
): DraftScenario | null {
  const [first] = group;
  if (first === undefined) return null;
  const { name, opening, user, expect, say, vars } = first;
  const isRows = group.length > 1;
  const rows = isRows ? yamlText(group.map((each) => each.vars)) : "";
  const rowsPath = `scenarios/files/${stem}.yaml`;
  // Values in rows are read as `matrix.NAME`.
  const inRows = (part: unknown) =>
    isRows ? withExpressions(part, (each) => each.replaceAll(/\bvars(?=[.[])/g, "matrix")) : part;
  const text = yamlText({
    ...(name !== null && group.every((each) => each.name === name) && { name: name.slice(0, longestName) }),
    assistant,
    ...(Object.keys(expect).length === 0 && { observe: true }),
    ...(isRows && { matrix: { rows: `files/${stem}.yaml` } }),
    ...(!isRows && Object.keys(vars).length > 0 && { vars: writtenVars(vars) }),
    ...(opening.length > 0 && { thread: { messages: inRows(opening.map(({ role, text }) => ({ [role]: text }))) } }),
    turns: [
      inRows({
        user,
        ...(say !== null && { script: [{ say }] }),
        ...(Object.keys(expect).length > 0 && { expect }),
      }),
    ],
  });
  if (text === null || rows === null) return null;
  const files = [{ path: `scenarios/${stem}.yaml`, text: `${header}${text}` }];
  const all = isRows ? [...files, { path: rowsPath, text: rows }] : files;
  return { files: all, scenarios: group.length, isScripted: say !== null };
}

function writtenVars(vars: Readonly<Record<string, unknown>>): unknown {
  return isObject(vars) ? asWritten(vars) : vars;
}
