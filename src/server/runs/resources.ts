import type { Services } from "../services.ts";
import type { ToolResources } from "../wire/common.ts";
import type { MarkedFiles } from "./marks.ts";
import { type RunRecord, sandboxFiles, threads } from "../domain/kinds.ts";

type Needed = Pick<Services, "store">;

/** The files that code of the run may read: the assistant's and the thread's. */
export async function codeFileIds(services: Needed, record: RunRecord): Promise<string[]> {
  const both = await resourcesOf(services, record);
  return [...new Set(both.flatMap((resources) => resources.code_interpreter?.file_ids ?? []))];
}

/** The vector stores that file search of the run looks through: the assistant's and the thread's. */
export async function vectorStoreIds(services: Needed, record: RunRecord): Promise<string[]> {
  const both = await resourcesOf(services, record);
  return [...new Set(both.flatMap((resources) => resources.file_search?.vector_store_ids ?? []))];
}

async function resourcesOf({ store }: Needed, { run }: RunRecord): Promise<ToolResources[]> {
  const thread = await store.get(threads, run.thread_id);
  return [run.tool_resources, thread?.tool_resources ?? {}];
}

/** What marks in the run's messages may stand for. */
export async function markedFiles({ store }: Needed, { run, citations }: RunRecord): Promise<MarkedFiles> {
  const runsCode = run.tools.some(({ type }) => type === "code_interpreter");
  const written = runsCode ? await store.all(sandboxFiles, { parent: run.thread_id }) : [];
  return { citations, paths: Object.fromEntries(written.map((file) => [file.path, file.file_id])) };
}
