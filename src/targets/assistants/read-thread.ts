import { asText, type JsonObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import type { Call } from "../http/call.ts";
import type { ThreadHistory } from "../history.ts";
import { betaHeaders, readList } from "../objects/lists.ts";
import { threadHistory } from "../histories/thread-objects.ts";

/** Reads a complete thread: its messages and what its runs did. `null` when the server has no thread with that id. */
export async function readThread(deps: { call: Call; baseUrl: string }, id: string): Promise<ThreadHistory | null> {
  const path = `/threads/${encodeURIComponent(id)}`;
  const isThere = await deps
    .call("read the thread", (client) => client.get(path, betaHeaders), { isRepeatable: true })
    .then(() => true)
    .catch(falseWhenGone);
  if (!isThere) return null;
  const list = (what: string, part: string): Promise<JsonObject[]> =>
    Array.fromAsync(readList(deps, { what, path: path + part, query: { limit: 100 } }));
  const [messages, runs] = await Promise.all([list("read the thread", "/messages"), list("list the runs", "/runs")]);
  const steps: JsonObject[] = [];
  for (const run of runs) {
    const own = await list("read the run's steps", `/runs/${encodeURIComponent(asText(run["id"]))}/steps`);
    // Some servers leave out the run's id, which is in the path.
    steps.push(...own.map((step) => Object.assign({ run_id: run["id"] }, step)));
  }
  return threadHistory({ messages, runs, steps });
}

function falseWhenGone(error: unknown): false {
  const api = error instanceof ProblemError ? error.problems[0]?.api : undefined;
  if (api?.status === 404) return false;
  throw error;
}
