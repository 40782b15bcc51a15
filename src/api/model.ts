import { setTimeout as sleep } from "node:timers/promises";
import type { Secrets } from "../kit/secrets.ts";
import { createSystemClock } from "../kit/clock.ts";
import { httpUrlHint, isHttpUrl } from "../project/http-url.ts";
import type { Script } from "../project/script.ts";
import { fail } from "../problem.ts";
import type { Model } from "../server/models/model.ts";

interface ModelChoice {
  model: "script" | "openai" | "replay";
  /** The project's folder, from which recordings are read. */
  root: string;
  /** Restores sensitive values, which recordings have as hashes only. */
  secrets: Pick<Secrets, "revealJson">;
  scripts: readonly Script[];
  upstreamBaseUrl: string | undefined;
  upstreamApiKey: string | undefined;
  /** A model's name for clients -> its name at the endpoint; `*` for all others. */
  upstreamModels?: Record<string, string>;
  /** Called when a run waits before retrying a request to the endpoint. */
  onWaiting: (runId: string, reason: string | null) => void;
}

/** Resolves after that many milliseconds; rejects when aborted before. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}

/** The model of the embedded server. Only the code of that kind of model is loaded. */
export async function modelOf({
  model,
  root,
  secrets,
  scripts,
  upstreamBaseUrl,
  upstreamApiKey,
  upstreamModels = {},
  onWaiting,
}: ModelChoice): Promise<Model> {
  if (model === "script") {
    const { createScriptedModel } = await import("../server/models/script.ts");
    // The first response needs it; without scripts there is no response.
    if (scripts.length > 0) await import("../server/models/script/next-actions.ts");
    return createScriptedModel({ scripts, delay: wait });
  }
  if (model === "replay") {
    const { createReplayModel } = await import("../server/models/replay.ts");
    const { readRecordings } = await import("./served-recordings.ts");
    return createReplayModel({ recordings: secrets.revealJson(readRecordings(root)), delay: wait });
  }
  if (upstreamBaseUrl === undefined) {
    return fail("missing_upstream", "a model behind an endpoint needs the endpoint's base URL", {
      hint: "Add --upstream-base-url, or upstream_base_url in playbill.yaml, for example http://127.0.0.1:11434/v1.",
    });
  }
  if (!isHttpUrl(upstreamBaseUrl)) {
    return fail("bad_url", "the base URL of the endpoint is not an http or https URL", { hint: httpUrlHint });
  }
  const { createChatCompletionsModel } = await import("../server/models/openai.ts");
  return createChatCompletionsModel({
    baseUrl: upstreamBaseUrl,
    apiKey: upstreamApiKey ?? null,
    models: upstreamModels,
    fetch,
    clock: createSystemClock({ keepsAlive: true }),
    onWaiting,
  });
}
