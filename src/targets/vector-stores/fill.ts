import { type JsonObject, asText } from "../../kit/json.ts";
import { durationText } from "../../kit/duration.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import type { Batches, Chunking, StoreDeps } from "./batches.ts";
import { awaitIndexed, indexingPatience } from "./indexing.ts";
import { type StoreMember, detach, hasAttributes, readMembers, setAttributes } from "./members.ts";

/** A file that a vector store should have. */
export interface WantedMember {
  fileId: string;
  /** Its name for users: the path in the project, or the id when it is not ours. */
  name: string;
  attributes: Readonly<JsonObject>;
}

interface Filling {
  id: string;
  /** The display name of the store. */
  name: string;
  wanted: readonly WantedMember[];
  chunking: Chunking;
  /** True for a member that this project added, besides those recognized by their attributes. */
  isOwn(this: void, fileId: string): boolean;
  onProgress(this: void, progress: { done: number; total: number }): void;
}

/** How often files are indexed again after a failure that they did not cause. */
const repeats = 2;

/** The attributes that identify a member of a store as ours. */
export const memberKeys = { path: "playbill.path", sha256: "playbill.sha256", id: "playbill.id" } as const;

/**
 * Makes a vector store have the wanted files and waits until they are indexed. Files that others added stay. Throws a
 * ProblemError that names every file that is not indexed, and why (`not_indexed`, `indexing_timed_out`). All others are in the store then, and
 * so are the files that the failed ones should have replaced.
 */
export async function fillStore(deps: StoreDeps, batches: Batches, filling: Filling): Promise<void> {
  const { id, wanted, isOwn } = filling;
  const before = await membersOf(deps, id);
  const after = await index(deps, batches, filling, before);
  const isReady = ({ fileId }: WantedMember) => after.get(fileId)?.status === "completed";
  const mislabelled = wanted.filter((each) => isReady(each) && !isLabelled(each, after));
  await setAttributes(deps, id, mislabelled);
  const failed = wanted.filter((each) => !isReady(each));
  const kept = new Set(wanted.map(({ fileId }) => fileId));
  const failedNames = new Set(failed.map(({ name }) => name));
  const surplus = [...before.values()].filter(
    (member) => !kept.has(member.fileId) && isOurs(member, isOwn) && !failedNames.has(pathOf(member)),
  );
  await detach(
    deps,
    id,
    surplus.map(({ fileId }) => fileId),
  );
  if (failed.length > 0) throw new ProblemError(problemsOf(filling, failed, after));
}

async function index(
  deps: StoreDeps,
  batches: Batches,
  { id, wanted, chunking, onProgress }: Filling,
  before: ReadonlyMap<string, StoreMember>,
): Promise<ReadonlyMap<string, StoreMember>> {
  const files = new Set(wanted.map(({ fileId }) => fileId));
  const total = files.size;
  let known = before;
  let missing = wanted.filter(({ fileId }) => isMissing(known.get(fileId)));
  for (let attempt = 0; ; attempt += 1) {
    const isWaiting = wanted.some(({ fileId }) => known.get(fileId)?.status === "in_progress");
    if (missing.length === 0 && !isWaiting) return known;
    onProgress({ done: total - missing.length, total });
    // A failed file is indexed again only when it is added again.
    await detach(
      deps,
      id,
      missing.filter(({ fileId }) => known.has(fileId)).map(({ fileId }) => fileId),
    );
    const begun = await batches.attach(id, missing, chunking);
    const onDone = (done: number) => onProgress({ done, total });
    known = await awaitIndexed(deps, id, { batches: begun, files, onDone });
    missing = wanted.filter(({ fileId }) => isWorthAnotherTry(known.get(fileId)));
    if (missing.length === 0 || attempt >= repeats) return known;
  }
}

function isMissing(member: StoreMember | undefined): boolean {
  return member === undefined || member.status === "failed" || member.status === "cancelled";
}

/** True for a file that is not in the store although it was added, or that failed because of a server error. */
function isWorthAnotherTry(member: StoreMember | undefined): boolean {
  return member === undefined || (member.status === "failed" && member.lastError?.code === "server_error");
}

function isLabelled({ fileId, attributes }: WantedMember, members: ReadonlyMap<string, StoreMember>): boolean {
  return hasAttributes(members.get(fileId)?.attributes ?? {}, attributes);
}

function isOurs({ fileId, attributes }: StoreMember, isOwn: Filling["isOwn"]): boolean {
  return isOursByAttributes(attributes) || isOwn(fileId);
}

/** True for a member that Playbill added to a store, according to its attributes. */
export function isOursByAttributes(attributes: StoreMember["attributes"]): boolean {
  return memberKeys.path in attributes || memberKeys.id in attributes;
}

function pathOf({ attributes }: StoreMember): string {
  return asText(attributes[memberKeys.path]);
}

async function membersOf(deps: StoreDeps, storeId: string): Promise<Map<string, StoreMember>> {
  const members = new Map<string, StoreMember>();
  for await (const member of readMembers(deps, storeId)) members.set(member.fileId, member);
  return members;
}

/** The maximum number of names in a message. */
const mostNames = 10;

function problemsOf(
  { name }: Filling,
  failed: readonly WantedMember[],
  members: ReadonlyMap<string, StoreMember>,
): Problem[] {
  const waiting = failed.filter(({ fileId }) => members.get(fileId)?.status === "in_progress");
  const others = failed.filter((each) => !waiting.includes(each));
  const problems = others.map((each) =>
    problem(
      "not_indexed",
      `${each.name} was not indexed in the vector store "${name}": ${reason(members.get(each.fileId))}`,
    ),
  );
  if (waiting.length === 0) return problems;
  const names = waiting
    .slice(0, mostNames)
    .map((each) => each.name)
    .join(", ");
  const more = waiting.length > mostNames ? ` and ${waiting.length - mostNames} more` : "";
  const message = `${waiting.length === 1 ? "1 file" : `${waiting.length} files`} of the vector store "${name}" did not finish indexing, without any progress for ${durationText(indexingPatience)}: ${names}${more}`;
  const hint =
    "Indexed files are kept. Run sync again to continue waiting. The server may be overloaded, or the files may be hard to parse.";
  return [...problems, problem("indexing_timed_out", message, { hint })];
}

function reason(member: StoreMember | undefined): string {
  if (member === undefined) return "the target accepted it, but does not list it in the store";
  if (member.status === "cancelled") return "it was cancelled";
  const { code, message } = member.lastError ?? { code: "", message: "" };
  return [code, message].filter((part) => part !== "").join(": ") || "the target gives no reason";
}
