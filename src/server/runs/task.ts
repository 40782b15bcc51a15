import { runs, type RunRecord } from "../domain/kinds.ts";
import { runCode, runSearch } from "../engine/built-in-tools.ts";
import type { Task } from "../engine/rounds.ts";
import type { Services } from "../services.ts";
import type { Store } from "../store/store.ts";
import { buildRequest } from "./request.ts";
import { codeFileIds, searchOptions, searchedStores } from "./resources.ts";

/** The task for the rounds of a run. */
export function taskOf(services: Services, record: RunRecord): Task {
  const { run, rounds, usage } = record;
  return {
    rounds,
    usage,
    tools: new Set(run.tools.map(({ type }) => type)),
    parallelToolCalls: run.parallel_tool_calls,
    maxToolCalls: null,
    maxCompletionTokens: run.max_completion_tokens,
    request: (over, spent) => buildRequest(services, { ...record, rounds: [...over], usage: spent }),
    async runCode(call, signal) {
      const fileIds = await codeFileIds(services, record);
      const isOurs = async (store: Store) => (await store.get(runs, record.id))?.engine === record.engine;
      return runCode(services, { ...call, sessionId: run.thread_id, fileIds, isOurs }, signal);
    },
    async runSearch(asked, signal) {
      const { max_num_results: maxNumResults, ranking_options: ranking } = searchOptions(run.tools);
      const vectorStoreIds = await searchedStores(services, record);
      const scoreThreshold = ranking.score_threshold;
      return runSearch(services, { ...asked, vectorStoreIds, maxNumResults, scoreThreshold, filters: null }, signal);
    },
  };
}
