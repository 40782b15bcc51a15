import { type RunRecord, threads } from "../domain/kinds.ts";
import type { Services } from "../services.ts";
import type { Tool, ToolResources } from "../wire/common.ts";

/** The ranking and result limit of a run's file search, with the API's defaults. */
export interface SearchOptions {
  max_num_results: number;
  ranking_options: { ranker: string; score_threshold: number };
}

/** Reads them from the run's tools. */
export function searchOptions(tools: readonly Tool[]): SearchOptions {
  const tool = tools.find((each) => each.type === "file_search");
  const { max_num_results: most = 20, ranking_options: ranking } = tool?.file_search ?? {};
  return {
    max_num_results: most,
    ranking_options: {
      ranker: ranking?.ranker ?? "default_2024_08_21",
      score_threshold: ranking?.score_threshold ?? 0,
    },
  };
}

/** The files that code of the run may read: the assistant's and the thread's. */
export async function codeFileIds(services: Pick<Services, "store">, record: RunRecord): Promise<string[]> {
  const both = await resourcesOf(services, record);
  return [...new Set(both.flatMap((resources) => resources.code_interpreter?.file_ids ?? []))];
}

/** The vector stores that the run's file search covers: the assistant's and the thread's. */
export async function searchedStores(services: Pick<Services, "store">, record: RunRecord): Promise<string[]> {
  const both = await resourcesOf(services, record);
  return [...new Set(both.flatMap((resources) => resources.file_search?.vector_store_ids ?? []))];
}

async function resourcesOf({ store }: Pick<Services, "store">, { run }: RunRecord): Promise<ToolResources[]> {
  const thread = await store.get(threads, run.thread_id);
  return [run.tool_resources, thread?.tool_resources ?? {}];
}
