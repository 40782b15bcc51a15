import type { Clock } from "../../kit/clock.ts";
import { asObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { isNotFound, malformedAnswer } from "../failure.ts";
import type { Call } from "../http/call.ts";
import type { Registry } from "../target.ts";
import { type KindAccess, plainWork } from "./access.ts";
import { fileAccess } from "../files/access.ts";
import type { UploadFile } from "../files/uploads.ts";
import { createMakeMarked } from "./make-marked.ts";
import { vectorStoreAccess } from "../vector-stores/access.ts";
import { bodyOf, readLive } from "./wire-format.ts";
import { betaHeaders, readList } from "./lists.ts";

/** What the registry needs from its target. */
export interface RegistryDeps {
  call: Call;
  baseUrl: string;
  clock: Clock;
  /** Aborts at the end of the command. */
  signal: AbortSignal;
  retries: number;
  upload: UploadFile;
}

/** The part of a registry that is backed by an API: files and vector stores, which all dialects share, and the further kinds in `own`, by name. */
export type ApiRegistry = Omit<Registry, "account" | "time">;

/** The registry of an API's objects, each read and written by its own requests. */
export function createApiRegistry(deps: RegistryDeps, own: Readonly<Record<string, KindAccess>> = {}): ApiRegistry {
  const { call, baseUrl } = deps;
  const makeMarked = createMakeMarked(deps);
  const accesses = new Map<string, KindAccess>([
    [fileKind.name, fileAccess(baseUrl, deps.upload)],
    [vectorStoreKind.name, vectorStoreAccess(deps, makeMarked)],
    ...Object.entries(own),
  ] as [string, KindAccess][]);
  const accessOf = <S extends object>({ name }: ResourceKind<S>): KindAccess<S> => {
    const access = accesses.get(name);
    if (access === undefined) throw new Error(`this API has no ${name}`);
    return access as unknown as KindAccess<S>;
  };

  function parse<S extends object>(kind: ResourceKind<S>, answer: unknown, what: string): Live<S> {
    const live = readLive(kind.name, accessOf(kind).format, answer);
    if (live === null) throw malformedAnswer(what, baseUrl, `something that is not an object of kind ${kind.name}`);
    return live;
  }

  return {
    async *list(kind) {
      const what = `list the ${kind.nouns.many}`;
      const { format, query, explained, completed } = accessOf(kind);
      for await (const item of readList(deps, { what, path: format.path, query, explained })) {
        const live = parse(kind, item, what);
        yield completed === undefined ? live : await completed(live);
      }
    },
    async get(kind, id) {
      const what = `read the ${kind.nouns.one} ${id}`;
      const { format, completed } = accessOf(kind);
      const path = pathOf(format.path, id);
      try {
        const live = parse(
          kind,
          await call(what, (client) => client.get(path, betaHeaders), { isRepeatable: true }),
          what,
        );
        return completed === undefined ? live : await completed(live);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    read: (kind, object) => readLive(kind.name, accessOf(kind).format, object),
    async create(kind, spec, marker, work = plainWork) {
      const { format, query, create, explained } = accessOf(kind);
      const what = `create the ${kind.nouns.one} "${kind.nameOf(spec) ?? ""}"`;
      if (create !== undefined) return parse(kind, await create(spec, marker, work), what);
      const body = bodyOf(format, withoutNulls(spec), { metadata: metadataOf(spec), marker });
      const answer = await makeMarked({ what, path: format.path, query, body, marker, work, explained });
      const made = parse(kind, answer, what);
      await work.onMade(made.id);
      return made;
    },
    async update(kind, live, changes, marker, work = plainWork) {
      const { format, update } = accessOf(kind);
      const what = `change the ${kind.nouns.one} ${live.id}`;
      if (update !== undefined) return parse(kind, await update(live, changes, marker, work), what);
      const metadata = metadataOf(changes, metadataOf(live.spec));
      const body = bodyOf(format, changes, { metadata, marker, before: live.spec });
      const changed = await call(
        what,
        (client) => client.post(pathOf(format.path, live.id), { body, ...betaHeaders }),
        {
          isRepeatable: true,
          purpose: "write",
        },
      );
      return parse(kind, changed, what);
    },
    async delete(kind, id) {
      const path = pathOf(accessOf(kind).format.path, id);
      try {
        await call(`delete the ${kind.nouns.one} ${id}`, (client) => client.delete(path, betaHeaders), {
          isRepeatable: true,
          purpose: "write",
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    async content(kind, id) {
      if (kind.name !== fileKind.name) return null;
      const what = `read the content of the file ${id}`;
      try {
        return await call(what, (client) => client.bytes(`${pathOf("/files", id)}/content`, betaHeaders), {
          isRepeatable: true,
        });
      } catch (error) {
        if (isNotGiven(error)) return null;
        throw error;
      }
    },
    async *members(kind, live) {
      const { members } = accessOf(kind);
      if (members !== undefined) yield* members(live);
    },
    async *traces(kind, live) {
      const { traces } = accessOf(kind);
      if (traces !== undefined) yield* traces(live);
    },
  };
}

/** True when the API does not return the content of assistants' files, or does not know the request. */
function isNotGiven(error: unknown): boolean {
  const [first] = error instanceof ProblemError ? error.problems : [];
  const status = first?.api?.status ?? 0;
  return first?.code === "answer_too_large" || [400, 403, 404, 405, 501].includes(status);
}

function pathOf(path: string, id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}

function metadataOf(spec: object, otherwise: Record<string, string> = {}): Record<string, string> {
  return "metadata" in spec ? (asObject(spec.metadata) as Record<string, string>) : otherwise;
}

/** A create request contains only set fields: not every server accepts `null` as "the default" for every field. */
function withoutNulls<S extends object>(spec: S): Partial<S> {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null)) as Partial<S>;
}
