import type { Tool } from "../wire/common.ts";

/** How a run's file search ranks and how much it gives, with the API's own defaults. */
export interface SearchOptions {
  max_num_results: number;
  ranking_options: { ranker: string; score_threshold: number };
}

/** Reads them off the run's tools. */
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
