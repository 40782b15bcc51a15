import type { Services } from "../services.ts";
import { messages } from "../wire/message.ts";
import { runs, type RunRecord } from "../wire/run.ts";
import { steps } from "../wire/step.ts";
import { liveEngines } from "./lease.ts";
import type { Stop } from "./settle.ts";
import { activeStatuses } from "./state.ts";

/** What an orphaned run needs: to be carried out, to be ended, or only to be watched while it waits for outputs. */
export type Recovery = { kind: "queue" } | { kind: "requeue" } | { kind: "stop"; stop: Stop } | { kind: "watch" };

/** Claims the runs of engines that are gone, and those of this engine that it does not carry out: it could not write how they ended. */
export function claimOrphans(services: Services, engine: string, carries: (runId: string) => boolean): RunRecord[] {
  const { store } = services;
  return store.transaction(() => {
    const live = liveEngines(services);
    const orphans = store
      .all(runs, { tags: activeStatuses })
      .filter((record) => (record.engine === engine ? !carries(record.id) : !live.has(record.engine)));
    for (const orphan of orphans) {
      orphan.engine = engine;
      store.replace(runs, orphan);
    }
    return orphans;
  });
}

/** A run of which something unfinished was already shown cannot be begun again: it would be shown twice. */
export function recoveryOf({ store }: Pick<Services, "store">, { id, run }: RunRecord): Recovery {
  switch (run.status) {
    case "queued":
      return { kind: "queue" };
    case "cancelling":
      return { kind: "stop", stop: { kind: "cancel" } };
    case "in_progress": {
      const shown =
        store.all(steps, { parent: id, tags: ["in_progress"] }).length > 0 ||
        store.all(messages, { parent: run.thread_id, tags: [id] }).some(({ status }) => status === "in_progress");
      const message = "The server stopped while it carried out the run.";
      return shown
        ? { kind: "stop", stop: { kind: "fail", error: { code: "server_error", message } } }
        : { kind: "requeue" };
    }
    default:
      return { kind: "watch" };
  }
}
