import type { Clock } from "../../kit/clock.ts";
import { within } from "../../kit/waiting.ts";
import { threads } from "../domain/kinds.ts";
import type { Services } from "../services.ts";

/** The readiness of the server, for load balancers. */
export interface Readiness {
  check(): Promise<{ status: "ready" | "not_ready" | "draining"; checks: Record<"database" | "model", Check> }>;
  /** Reports not ready from now on: the server is shutting down. */
  drain(): void;
}

type Check = "ok" | "unavailable";

/** Milliseconds for which a result is cached, so that frequent checks do not load the database or the model's endpoint. */
const holds = { database: 1_000, model: 10_000 };
/** The timeout of each check, in milliseconds. */
const patience = 5_000;

/** Checks the database and the model on demand, and caches the results for a while; changes are logged. */
export function createReadiness({
  store,
  model,
  clock,
  log,
}: Pick<Services, "store" | "model" | "clock" | "log">): Readiness {
  let isDraining = false;
  const tell = (name: string) => (why: string | null) =>
    log({
      kind: "notice",
      message: why === null ? `the ${name} is reachable again` : `not ready: the ${name} is not reachable: ${why}`,
    });
  const database = remembered(() => store.get(threads, "none"), holds.database, clock, tell("database"));
  const reachable = remembered(() => model.list(), holds.model, clock, tell("model"));
  return {
    drain: () => void (isDraining = true),
    async check() {
      const [stored, asked] = await Promise.all([database(), reachable()]);
      const isReady = stored === "ok" && asked === "ok";
      return {
        status: isDraining ? "draining" : isReady ? "ready" : "not_ready",
        checks: { database: stored, model: asked },
      };
    },
  };
}

/** A check that runs at most once in this many milliseconds; calls meanwhile get the same result. */
function remembered(
  ask: () => Promise<unknown>,
  milliseconds: number,
  clock: Clock,
  tell: (why: string | null) => void,
): () => Promise<Check> {
  let last: { answer: Promise<Check>; until: number } | null = null;
  let wasOk = true;
  const now = async (): Promise<Check> => {
    const why = await within(patience, clock, ask()).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if ((why === null) !== wasOk) tell(why);
    wasOk = why === null;
    return wasOk ? "ok" : "unavailable";
  };
  return () => {
    if (last === null || clock.now() >= last.until) last = { answer: now(), until: clock.now() + milliseconds };
    return last.answer;
  };
}
