import type { Clock } from "../../kit/clock.ts";
import { within } from "../../kit/waiting.ts";
import { threads } from "../domain/kinds.ts";
import type { Services } from "../services.ts";

/** Whether the server can do its work, for load balancers. */
export interface Readiness {
  check(): Promise<{ status: "ready" | "not_ready" | "draining"; checks: Record<"database" | "model", Check> }>;
  /** From now on it is not ready: the server is about to end. */
  drain(): void;
}

type Check = "ok" | "unavailable";

/** Milliseconds for which an answer holds, so that asking often reaches neither the database nor the model's endpoint. */
const holds = { database: 1_000, model: 10_000 };
/** Milliseconds that each has to answer. */
const patience = 5_000;

/** Asks the database and the model when somebody wants to know, and remembers for a while what they answered; a change is logged. */
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

/** A check that is made at most once in so many milliseconds; those that ask meanwhile get the same answer. */
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
