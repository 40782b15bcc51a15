import { createSystemClock } from "../../kit/clock.ts";
import { printable } from "../../kit/terminal-text.ts";
import { TimedOut, orAborted, within } from "../../kit/waiting.ts";
import { type Model, ModelFailure } from "../../server/models/model.ts";
import type { World } from "../world.ts";

/** Milliseconds to wait for the endpoint to list its models. */
const endpointPatience = 5_000;

/** Requests the model list of the endpoint and reports the result, so that an unreachable endpoint is noticed before the first run. */
export async function tellEndpoint(
  { stderr }: Pick<World, "stderr">,
  model: Model,
  stopped: AbortSignal,
): Promise<void> {
  const clock = createSystemClock({ keepsAlive: false });
  const asked = within(endpointPatience, clock, model.list()).then(
    ({ length }) => `The endpoint responds and lists ${length === 1 ? "1 model" : `${length} models`}.`,
    (error: unknown) => {
      if (error instanceof ModelFailure) return `${error.message} Runs fail until this is fixed.`;
      if (error instanceof TimedOut) return `The endpoint did not respond within ${endpointPatience / 1000} s.`;
      throw error;
    },
  );
  const said = await orAborted(asked, stopped).catch((error: unknown) => {
    if (!stopped.aborted) throw error;
  });
  if (said !== undefined) stderr.write(`${printable(said)}\n`);
}
