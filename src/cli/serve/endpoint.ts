import { createSystemClock } from "../../kit/clock.ts";
import { printable } from "../../kit/terminal-text.ts";
import { TimedOut, orAborted, within } from "../../kit/waiting.ts";
import { type Model, ModelFailure } from "../../server/models/model.ts";
import type { World } from "../world.ts";

/** Milliseconds that the endpoint has to list its models. */
const endpointPatience = 5_000;

/** Asks the endpoint what it has, and says what it answered: a run is a late moment to learn that nobody listens there. */
export async function tellEndpoint(
  { stderr }: Pick<World, "stderr">,
  model: Model,
  stopped: AbortSignal,
): Promise<void> {
  const clock = createSystemClock({ keepsAlive: false });
  const asked = within(endpointPatience, clock, model.list()).then(
    ({ length }) => `It answers, and lists ${length === 1 ? "1 model" : `${length} models`}.`,
    (error: unknown) => {
      if (error instanceof ModelFailure) return `${error.message} Runs fail until that is set right.`;
      if (error instanceof TimedOut) return `It has not answered within ${endpointPatience / 1000} s.`;
      throw error;
    },
  );
  const said = await orAborted(asked, stopped).catch((error: unknown) => {
    if (!stopped.aborted) throw error;
  });
  if (said !== undefined) stderr.write(`${printable(said)}\n`);
}
