import { posix } from "node:path";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { bindReferences, covers } from "../../resources/fields.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type Desired, kindNamed } from "../../resources/resource.ts";
import type { ProjectFiles } from "../files.ts";
import type { LoadedProject } from "../load.ts";
import type { Project } from "../project.ts";
import { candidates, stemFrom } from "./names.ts";
import type { KindWriter, Naming, NewFile, NotWritten, Writing } from "./writing.ts";
import { isSameField } from "../../resources/canonical-fields.ts";

/** An object to declare in files. */
export interface Importable {
  /** The name of its kind. */
  kind: string;
  /** Its id at its origin, for messages. */
  id: string;
  spec: object;
  /** The chosen address. */
  address: string | null;
  /** Fields that must not be written, with the reason. */
  leftOut: ReadonlyMap<string, string>;
  /** Parts outside of its spec. */
  unknown: readonly NotWritten[];
}

/** The files of one object. */
export interface ImportDraft {
  object: Importable;
  address: string;
  writing: Writing;
}

/** The context of a draft. */
export interface DraftContext {
  project: Project;
  files: ProjectFiles;
  /** The target's name for each model. */
  models: Readonly<Record<string, string>>;
  /** The ids of addresses in the lock, which cannot be used for other objects. */
  locked: ReadonlyMap<string, string>;
  naming: Pick<Naming, "labelOf" | "namesIds">;
  /** Opens the writers of all kinds; each complete draft starts with new ones. */
  openWriters(this: void, isTaken: (path: string) => boolean): ReadonlyMap<string, KindWriter>;
  /** Loads the project with these files, for these addresses. */
  load(this: void, texts: ReadonlyMap<string, string>, addresses: readonly string[]): Promise<LoadedProject>;
  /** The declarations of such a project under these addresses. */
  resolve(this: void, project: Project, addresses: readonly string[]): Desired[];
}

/** What reading back a draft showed about an object. */
interface Learned {
  leftOut: Map<string, string>;
  ignored: Set<string>;
}

/**
 * Drafts the files of objects, and reads them back without writing anything: what a file cannot say is left out and told of, so that the
 * files say of every other field exactly what the object has. What others refer to is before them in `objects`. Throws a ProblemError when there is no way to write an object.
 */
export async function draftImport(
  objects: readonly Importable[],
  context: DraftContext,
): Promise<{ drafts: ImportDraft[]; desired: Desired[]; warnings: Problem[] }> {
  const learned = new Map(
    objects.map((object) => [object, { leftOut: new Map(object.leftOut), ignored: new Set<string>() }]),
  );
  for (;;) {
    const drafts = draftAll(objects, learned, context);
    const addresses = drafts.map(({ address }) => address);
    const read = await readBack(textsOf(drafts), addresses, context);
    const errors = read.problems.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      const blamed = errors.map((error) => blame(error, drafts, learned));
      if (!blamed.includes("new")) throw new ProblemError(errors);
      continue;
    }
    const byAddress = new Map(read.desired.map((each) => [each.address, each]));
    const ids = new Map([...context.locked, ...drafts.map(({ address, object }) => [address, object.id] as const)]);
    const isWhole = drafts.map((draft) => learnDifferences(draft, byAddress.get(draft.address), learned, ids));
    if (isWhole.includes(false)) continue;
    const warnings = [...read.problems, ...drafts.flatMap(notWrittenWarnings)];
    return { drafts, desired: read.desired, warnings };
  }
}

/** The texts of all drafted files, without duplicates, in writing order. */
export function textsOf(drafts: readonly ImportDraft[]): Map<string, string> {
  const files = drafts.flatMap(({ writing }) => writing.files);
  const order = [...files.filter(({ field }) => field !== null), ...files.filter(({ field }) => field === null)];
  return new Map(order.map(({ path, text }) => [path, text]));
}

function draftAll(
  objects: readonly Importable[],
  learned: ReadonlyMap<Importable, Learned>,
  context: DraftContext,
): ImportDraft[] {
  const { project, locked } = context;
  const isTaken = takenPaths(context.files);
  const declared = new Set([...project.files.keys()].map((address) => address.toLowerCase()));
  const given = new Set([...locked.keys()].map((address) => address.toLowerCase()));
  const addresses = new Map([...locked].map(([address, id]) => [id, address]));
  const naming: Naming = { ...context.naming, addressOf: (id) => addresses.get(id) ?? null };

  const writers = context.openWriters(isTaken);
  // Chosen addresses are not given to other objects.
  for (const { address } of objects) if (address !== null) given.add(address.toLowerCase());
  return objects.map((object) => {
    const writer = writers.get(object.kind);
    if (writer === undefined) throw new Error(`nothing writes ${object.kind}`);
    const { leftOut, ignored } = learned.get(object)!;
    const defaults = project.settings.value.defaults?.[object.kind as "assistant"] ?? {};
    const write = (stem: string) =>
      writer.write(object.spec, {
        stem,
        models: context.models,
        defaults,
        leftOut,
        ignored,
        naming,
        unknown: object.unknown,
      });
    if (object.address !== null) {
      const writing = write(object.address.slice(object.kind.length + 1));
      const inTheWay = filesInTheWay(object.address, writing, isTaken, context);
      if (inTheWay.length > 0) throw new ProblemError(inTheWay.map(fileExists));
      addresses.set(object.id, object.address);
      return { object, address: object.address, writing };
    }
    const wanted = stemFrom(writer.kind.nameOf(object.spec), object.kind.replaceAll("_", "-"));
    for (const stem of candidates(wanted)) {
      const address = `${object.kind}.${stem}`;
      if (given.has(address.toLowerCase())) continue;
      const isThere = isTaken(posix.join(writer.folder, `${stem}.yaml`));
      if (declared.has(address.toLowerCase()) && !isThere) continue;
      const writing = write(stem);
      if (collisions(writing.files, isTaken, context.files).length > 0) continue;
      given.add(address.toLowerCase());
      addresses.set(object.id, address);
      return { object, address, writing };
    }
    throw new Error("there is always another name");
  });
}

/** Problems for existing files in place of files to write: they are not overwritten. */
function filesInTheWay(
  address: string,
  { files: drafted }: Writing,
  isTaken: (path: string) => boolean,
  { project, files }: DraftContext,
): string[] {
  const same = [...project.files].find(([each]) => each.toLowerCase() === address.toLowerCase())?.[1];
  const own = drafted.at(-1)?.path;
  const other = same === undefined || same === own ? [] : [same];
  return [...other, ...collisions(drafted, isTaken, files).map(({ path }) => path)];
}

function fileExists(path: string): Problem {
  return problem("file_exists", `${path} already exists; nothing was written`, {
    hint: "Choose another address, or move the file away.",
  });
}

/** Existing files with different content, which are not changed. */
function collisions(files: readonly NewFile[], isTaken: (path: string) => boolean, there: ProjectFiles): NewFile[] {
  return files.filter(({ path, text }) => {
    if (!isTaken(path)) return false;
    const read = there.read(path);
    return read.kind !== "text" || read.text !== text;
  });
}

/** Returns true for paths in use, ignoring case, as on most disks of Windows and macOS. */
export function takenPaths(files: ProjectFiles): (path: string) => boolean {
  const folders = new Map<string, Set<string>>();
  const namesIn = (folder: string): Set<string> => {
    const names = folders.get(folder) ?? new Set(files.list(folder).map(({ name }) => name.toLowerCase()));
    folders.set(folder, names);
    return names;
  };
  return (path) => namesIn(posix.dirname(path)).has(posix.basename(path).toLowerCase());
}

async function readBack(
  texts: ReadonlyMap<string, string>,
  addresses: readonly string[],
  { load, resolve }: DraftContext,
): Promise<{ problems: readonly Problem[]; desired: Desired[] }> {
  const { project, problems } = await load(texts, addresses);
  if (project === null) return { problems, desired: [] };
  try {
    return { problems, desired: resolve(project, addresses) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { problems: error.problems, desired: [] };
  }
}

/** Finds the field that causes a problem, so that the next draft leaves it out. */
function blame(
  error: Problem,
  drafts: readonly ImportDraft[],
  learned: ReadonlyMap<Importable, Learned>,
): "new" | null {
  const found = drafts.flatMap(({ object, writing }) => {
    const field = fieldAt(error, writing);
    const known = learned.get(object)!;
    if (field === null || known.leftOut.has(field) || requiredFields.has(field)) return [];
    known.leftOut.set(field, error.message);
    return [field];
  });
  return found.length > 0 ? "new" : null;
}

/** Fields that cannot be left out. */
const requiredFields = new Set(["model", "files", "ignore"]);

function fieldAt({ place }: Problem, { files, uses }: Writing): string | null {
  if (place === undefined) return null;
  if (uses.includes(place.file)) return "tools";
  const file = files.find(({ path }) => path === place.file);
  if (file === undefined || file.field !== null) return file?.field ?? null;
  const keys = file.text.split("\n", place.line).map((line) => /^([a-z_]+):/.exec(line)?.[1]);
  return keys.findLast((key) => key !== undefined) ?? null;
}

/** True when the files match the object. The next draft leaves differing fields to the target. */
function learnDifferences(
  { object, writing }: ImportDraft,
  desired: Desired | undefined,
  learned: ReadonlyMap<Importable, Learned>,
  ids: ReadonlyMap<string, string>,
): boolean {
  if (desired === undefined) throw new Error(`what was written of ${object.id} declares nothing`);
  const kind = kindNamed(resourceKinds, object.kind);
  const known = learned.get(object)!;
  const spec = bindReferences(kind, desired.spec, (address) => ids.get(address) ?? address);
  const told = new Set(writing.notWritten.map(({ field }) => field));
  const different = desired.declared.filter(
    (field) =>
      !told.has(field) &&
      !isSameField(kind, field, spec, object.spec) &&
      !desired.ignore.some((each) => covers(each, field)),
  );
  for (const field of different) known.ignored.add(field);
  return different.length === 0;
}

function notWrittenWarnings({ address, object, writing }: ImportDraft): Problem[] {
  const byField = Map.groupBy(writing.notWritten, ({ field }) => field);
  return [...byField].map(([field, parts]: [string, NotWritten[]]) =>
    problem(
      "not_written",
      `${address}: ${field} of ${object.id} is not all in the files: ${parts.map(({ what }) => what).join("; ")}`,
      {
        hint: "A comment in the YAML shows it. The object at the target is not changed.",
      },
    ),
  );
}
