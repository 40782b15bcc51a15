import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { asText, isObject, parseJson } from "../../kit/json.ts";
import type { JsonObject } from "../../kit/json.ts";
import { fail } from "../../problem.ts";

/** A snapshot on disk, with the data in its file name. */
export interface SnapshotFile {
  /** The name without `.json`. */
  name: string;
  /** Its time in ISO 8601; `null` for a renamed file. */
  time: string | null;
  /** The target in the file name. */
  target: string | null;
  /** `null` for a damaged snapshot. */
  object: JsonObject | null;
}

const folder = join(".playbill", "snapshots");

/** Every snapshot of a project, newest first. */
export function listSnapshots(root: string): SnapshotFile[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".json"));
  return names
    .toSorted()
    .toReversed()
    .map((name) => snapshotOf(name.slice(0, -".json".length), readFileSync(join(root, folder, name), "utf8")));
}

/** The snapshot of that name, or at that path from `cwd`. Throws a ProblemError (`missing_file`, `malformed_snapshot`). */
export function findSnapshot(root: string, cwd: string, given: string): SnapshotFile & { object: JsonObject } {
  const places = [resolve(cwd, given), join(root, folder, given), join(root, folder, `${given}.json`)];
  const file = places.find((each) => existsSync(each));
  if (file === undefined) {
    return fail("missing_file", `there is no snapshot "${given}"`, {
      hint: "To list the snapshots: playbill restore --list",
    });
  }
  const name = file.replace(/^.*[\\/]/, "").replace(/\.json$/, "");
  const { object, ...snapshot } = snapshotOf(name, readText(file));
  if (object !== null) return { ...snapshot, object };
  return fail("malformed_snapshot", `${given} is not a snapshot of Playbill, or it is damaged`, {
    hint: "A snapshot is one JSON object as returned by the API. To choose another one: playbill restore --list",
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return fail("missing_file", `cannot read ${file}: ${(error as Error).message}`);
  }
}

function snapshotOf(name: string, text: string): SnapshotFile {
  const value = parseJson(text);
  const object = isObject(value) && typeof value.id === "string" ? value : null;
  const [, day, hour, minute, second, rest = ""] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d-\d{3})Z-(.+)$/.exec(name) ?? [];
  const time = day === undefined ? null : `${day}T${hour}:${minute}:${second?.replace("-", ".")}Z`;
  const ending = `-${asText(object?.id).replaceAll(/[^\w-]/g, "_")}`;
  const target = object !== null && rest.endsWith(ending) ? rest.slice(0, -ending.length) : null;
  return { name, time, target, object };
}
