import { type JsonObject, asObject, asText, isObject, textOrNull } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import type { Marker } from "../../resources/resource.ts";
import { rootOf } from "../../resources/vector-store/files.ts";
import type { StoreMember as OwnMember, VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import { malformedAnswer } from "../failure.ts";
import type { HeldObject, Trace, Work } from "../target.ts";
import type { KindAccess } from "../objects/access.ts";
import type { MakeMarked } from "../objects/make-marked.ts";
import { bodyOf, filesKey } from "../objects/wire-format.ts";
import { type Chunking, type StoreDeps, createBatches } from "./batches.ts";
import { type WantedMember, fillStore, isOursByAttributes, memberKeys } from "./fill.ts";
import { type StoreMember, readMembers, storePath } from "./members.ts";
import { type StoreContents, contentsOf, contentsToWire, totalsOf, vectorStoreFormat } from "./store-wire.ts";
import { knowledgeError, betaHeaders } from "../objects/lists.ts";

const storesQuery = { limit: 100 };
const write = { isRepeatable: true, purpose: "write" } as const;

/**
 * Access to vector stores with their files. A store is labelled pending before its first file is touched, and labelled with its files when all of
 * them are indexed. So interrupted work is detected, and an unchanged store is recognized by one metadata entry.
 */
export function vectorStoreAccess(deps: StoreDeps, makeMarked: MakeMarked): KindAccess<VectorStoreSpec> {
  const { call, baseUrl } = deps;
  const batches = createBatches(deps);
  const explained = (error: unknown) => knowledgeError(error, "vector stores", baseUrl);

  /** Fills a store that is labelled pending, then labels it with its files. */
  async function fill(store: JsonObject, wanted: FilledWith, work: Pick<Work, "isOwn" | "onProgress">) {
    const { id, name } = storeOf(store, baseUrl);
    const { members, foreign, chunking } = wanted;
    try {
      await fillStore(deps, batches, {
        id,
        name,
        wanted: [...members.map(wantedOf), ...foreign],
        chunking,
        isOwn: work.isOwn,
        onProgress: ({ done, total }) => work.onProgress({ done, total, unit: "files" }),
      });
    } catch (error) {
      throw withAdvice(error);
    }
    const what = `read the vector store ${id}`;
    const filled = asObject(
      await call(what, (client) => client.get(storePath(id), betaHeaders), { isRepeatable: true }),
    );
    return writeContents(filled, completeContents(members, filled, chunking));
  }

  async function writeContents(store: JsonObject, contents: StoreContents): Promise<JsonObject> {
    const { id } = storeOf(store, baseUrl);
    const body = { metadata: { ...asObject(store.metadata), ...contentsToWire(contents) } };
    const what = `change the vector store ${id}`;
    return asObject(await call(what, (client) => client.post(storePath(id), { body, ...betaHeaders }), write));
  }

  function make(
    spec: VectorStoreSpec,
    { marker, contents, work }: { marker: Marker | null; contents: StoreContents; work: Work },
  ): Promise<JsonObject> {
    const metadata = { ...spec.metadata, ...contentsToWire(contents) };
    const { expires_after: expiry, ...body } = bodyOf(vectorStoreFormat, spec, { metadata, marker });
    const what = `create the vector store "${spec.name ?? ""}"`;
    return makeMarked({
      what,
      path: vectorStoreFormat.path,
      query: storesQuery,
      body: expiry === null ? body : { ...body, expires_after: expiry },
      marker,
      work,
      explained,
    });
  }

  return {
    format: vectorStoreFormat,
    query: storesQuery,
    explained,
    async create(spec, marker, work) {
      const members = spec.files.kind === "members" ? spec.files.members : [];
      const foreign = work.replaces === null ? [] : await foreignMembers(deps, work.replaces.id, work.isOwn);
      const { chunking } = spec;
      const isEmpty = members.length + foreign.length === 0;
      const nothing = completeContents([], {}, chunking);
      const contents: StoreContents = isEmpty ? nothing : { kind: "pending", chunking };
      const made = await make(lasting(spec, work.lifetime), { marker, contents, work });
      await work.onMade(storeOf(made, baseUrl).id);
      return isEmpty ? made : fill(made, { members, foreign, chunking }, work);
    },
    async update(live, changes, marker, work) {
      const { files, chunking = live.spec.chunking } = changes;
      const before = asObject(live.wire.metadata)[filesKey];
      const kept: Record<string, string> = typeof before === "string" ? { [filesKey]: before } : {};
      const contents = files?.kind === "members" ? contentsToWire({ kind: "pending", chunking }) : kept;
      const metadata = { ...(changes.metadata ?? live.spec.metadata), ...contents };
      const body = bodyOf(vectorStoreFormat, changes, { metadata, marker });
      const what = `change the vector store ${live.id}`;
      const changed = asObject(
        await call(what, (client) => client.post(storePath(live.id), { body, ...betaHeaders }), write),
      );
      if (files?.kind !== "members") return changed;
      return fill(changed, { members: files.members, foreign: [], chunking }, work);
    },
    async completed(live) {
      const contents = contentsOf(live.wire);
      const isExpired = live.wire.status === "expired";
      if (isExpired) return { ...live, isExpired };
      if (contents?.kind !== "complete") return live;
      const { total, usage } = totalsOf(live.wire);
      if (total === contents.total && usage === contents.usage) return live;
      const members = (await Array.fromAsync(readMembers(deps, live.id))).filter(isThere).map(ownMember);
      if (rootOf(members) === contents.root) return live;
      return { ...live, spec: { ...live.spec, files: { kind: "members", members } } };
    },
    async *members(live) {
      for await (const { fileId, status } of readMembers(deps, live.id)) {
        yield { id: fileId, isReady: status === "completed" } satisfies HeldObject;
      }
    },
    async *traces(live) {
      for await (const { fileId, attributes } of readMembers(deps, live.id)) {
        const { [memberKeys.path]: path, [memberKeys.sha256]: sha256 } = attributes;
        if (typeof path !== "string" || typeof sha256 !== "string") continue;
        yield { kind: "file", id: fileId, address: `file.${path}`, hidden: { sha256 } } satisfies Trace;
      }
    },
  };
}

/** Adds a hint for a store that expired after the plan, or while its files were indexed. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const hint = "It has expired since the plan. Run sync again: the next plan creates it again.";
  const problems = error.problems.map((each) =>
    each.code === "request_refused" && /\bexpired\b/i.test(each.message) ? Object.assign({}, each, { hint }) : each,
  );
  return new ProblemError(problems, { cause: error });
}

/** The store with a limited lifetime: the API's smallest unit is a day. */
function lasting(spec: VectorStoreSpec, lifetime: number | null): VectorStoreSpec {
  return lifetime === null ? spec : { ...spec, expires_after: { days: Math.ceil(lifetime / 86_400) } };
}

interface FilledWith {
  members: readonly OwnMember[];
  /** The files of others in the replaced store. */
  foreign: readonly WantedMember[];
  chunking: Chunking;
}

function completeContents(members: readonly OwnMember[], filled: JsonObject, chunking: Chunking): StoreContents {
  return { kind: "complete", root: rootOf(members), count: members.length, ...totalsOf(filled), chunking };
}

function wantedOf({ file, path, sha256 }: OwnMember): WantedMember {
  if (path === null) return { fileId: file, name: file, attributes: { [memberKeys.id]: file } };
  return { fileId: file, name: path, attributes: { [memberKeys.path]: path, [memberKeys.sha256]: sha256 ?? "" } };
}

function isThere({ status, attributes }: StoreMember): boolean {
  return status === "completed" && isOursByAttributes(attributes);
}

function ownMember({ fileId, attributes }: StoreMember): OwnMember {
  return {
    file: fileId,
    path: textOrNull(attributes[memberKeys.path]),
    sha256: textOrNull(attributes[memberKeys.sha256]),
  };
}

/** The files of others in a store that is to be replaced; none when an expired store no longer lists them. */
async function foreignMembers(deps: StoreDeps, storeId: string, isOwn: Work["isOwn"]): Promise<WantedMember[]> {
  try {
    const members = await Array.fromAsync(readMembers(deps, storeId));
    return members
      .filter(
        ({ fileId, status, attributes }) => status === "completed" && !isOursByAttributes(attributes) && !isOwn(fileId),
      )
      .map(({ fileId, attributes }) => ({ fileId, name: fileId, attributes }));
  } catch (error) {
    const status = error instanceof ProblemError ? (error.problems[0]?.api?.status ?? 0) : 0;
    if (status >= 400 && status < 500) return [];
    throw error;
  }
}

function storeOf(store: unknown, baseUrl: string): { id: string; name: string } {
  const id = isObject(store) ? asText(store.id) : "";
  if (id === "") throw malformedAnswer("work on a vector store", baseUrl, "something that is not a vector store");
  return { id, name: asText(asObject(store).name) || id };
}
