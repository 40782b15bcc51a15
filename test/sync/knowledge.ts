import { fileKind } from "../../src/resources/file/kind.ts";
import type { FileSpec } from "../../src/resources/file/spec.ts";
import { expandFields } from "../../src/resources/fields.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import type { VectorStoreSpec } from "../../src/resources/vector-store/spec.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo } from "../targets/connection.ts";
import { newFile, startKnowledge } from "../targets/knowledge.ts";
import { assistant, openDesk } from "./project.ts";

const common = { protect: false, ignore: [], adopt: null };
const textOf = new WeakMap<Desired, string>();

/** `file.PATH` with this text. */
export function file(path: string, text: string): Desired<FileSpec> {
  const { filename, bytes, sha256 } = newFile(path.replace(/.*\//, ""), text);
  const desired = {
    ...common,
    kind: fileKind.name,
    address: `file.${path}`,
    spec: { filename, bytes, sha256 },
    declared: Object.keys(fileKind.fields),
  };
  textOf.set(desired, text);
  return desired;
}

/** `vector_store.NAME` with these files, and what else is declared. */
export function store(
  name: string,
  files: readonly Desired<FileSpec>[],
  fields: Partial<VectorStoreSpec> = {},
  more: Partial<Desired> = {},
): Desired<VectorStoreSpec> {
  const members = files.map(({ address, spec: { sha256 } }) => ({ file: address, path: address.slice(5), sha256 }));
  const nothing = { chunking: null, expires_after: null, metadata: {} };
  const spec = { name, files: { kind: "members" as const, members }, ...nothing, ...fields };
  const declared = expandFields(vectorStoreKind, ["name", "files", ...Object.keys(fields)], spec);
  return {
    ...common,
    kind: vectorStoreKind.name,
    address: `vector_store.${name}`,
    spec,
    declared,
    ...(more as Partial<Desired<VectorStoreSpec>>),
  };
}

/** An assistant that searches these stores, and has these files for its code. */
export function searching(name: string, stores: readonly string[], files: readonly string[] = []): Desired {
  return assistant(name, {
    tools: [
      {
        kind: "file_search",
        vectorStores: stores.map((each) => `vector_store.${each}`),
        maxNumResults: null,
        rankingOptions: null,
      },
      ...(files.length === 0
        ? []
        : [{ kind: "code_interpreter" as const, files: files.map((path) => `file.${path}`) }]),
    ],
  });
}

/** A working copy at the embedded server, in this thread. `onWrite` is called before and after everything that is written, on disk or there. */
export async function openKnowledgeDesk(options: Parameters<typeof startKnowledge>[0] = {}) {
  const side = await startKnowledge(options);
  const hooks = { onWrite: () => {} };
  const requests: string[] = [];
  const underWay = new Set<Promise<Response>>();
  const target = createAssistantsTarget(
    connectionTo(
      async (input, init) => {
        await side.idle();
        const request = new Request(input, init);
        const { pathname } = new URL(request.url);
        requests.push(`${request.method} ${pathname.replace(/^\/v1/, "")}`);
        const isWrite = request.method !== "GET";
        if (isWrite) hooks.onWrite();
        const answering = Promise.resolve(side.app.fetch(request));
        underWay.add(answering);
        const response = await answering.finally(() => underWay.delete(answering));
        if (isWrite) hooks.onWrite();
        // A server tells its time.
        const headers = new Headers(response.headers);
        headers.set("date", new Date().toUTCString());
        return new Response(response.body, { status: response.status, headers });
      },
      { clock: side.clock },
    ),
  );
  const contents = new Map<string, string>();
  const desk = openDesk({
    registry: target.registry,
    onWrite: () => hooks.onWrite(),
    async *contentOf(sha256) {
      yield Buffer.from(contents.get(sha256)!);
    },
  });
  const learn = (desired: readonly Desired[]) => {
    for (const each of desired) {
      const text = textOf.get(each);
      if (text !== undefined && "sha256" in each.spec) contents.set(String(each.spec.sha256), text);
    }
  };
  const sync = (desired: readonly Desired[], more: Parameters<typeof desk.plan>[1] = { prune: true }) => {
    learn(desired);
    return desk.sync(desired, more);
  };
  return {
    side,
    hooks,
    /** A sync that is killed at the write of that number (from 1): nothing more is written, there or on disk. True when it came so far. */
    killed: async (
      desired: readonly Desired[],
      point: number,
      more?: Parameters<typeof desk.plan>[1],
    ): Promise<boolean> => {
      let left = point;
      hooks.onWrite = () => {
        left -= 1;
        if (left <= 0) throw new Error("killed");
      };
      await sync(desired, more).catch((error: Error) => error.message === "killed" || Promise.reject(error));
      // What was under way arrives before anybody looks.
      while (underWay.size > 0) await Promise.allSettled(underWay);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      hooks.onWrite = () => {};
      return left <= 0;
    },
    requests,
    desk,
    registry: target.registry,
    plan: (desired: readonly Desired[], more: Parameters<typeof desk.plan>[1] = { prune: true }) =>
      desk.plan(desired, more),
    sync,
    ids: async (path: string) => (await side.all(path)).map(({ id }) => String(id)),
    /** The names of all files that are uploaded, sorted. */
    uploads: async () => (await side.all("/files?limit=1000")).map(({ filename }) => String(filename)).toSorted(),
  };
}

/** A file that somebody else uploads. */
export async function uploadForeign(
  { app }: Awaited<ReturnType<typeof openKnowledgeDesk>>["side"],
  filename: string,
): Promise<string> {
  const body = new FormData();
  body.set("purpose", "assistants");
  body.set("file", new File(["Somebody else's."], filename));
  const response = await app.fetch("http://embedded.test/v1/files", { method: "POST", body });
  return ((await response.json()) as { id: string }).id;
}
