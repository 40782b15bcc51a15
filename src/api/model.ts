import { setTimeout as sleep } from "node:timers/promises";
import type { Secrets } from "../kit/secrets.ts";
import { createSystemClock } from "../kit/clock.ts";
import { httpUrlHint, isHttpUrl } from "../project/http-url.ts";
import type { Script } from "../project/script.ts";
import { fail } from "../problem.ts";
import type { Model } from "../server/models/model.ts";
import { createChatCompletionsModel } from "../server/models/openai.ts";
import { createReplayModel } from "../server/models/replay.ts";
import { createScriptedModel } from "../server/models/script.ts";
import { readRecordings } from "./served-recordings.ts";

interface ModelChoice {
  model: "script" | "openai" | "replay";
  /** The project's folder: recordings are read from there. */
  root: string;
  /** Puts sensitive values back that a recording has by hash only. */
  secrets: Pick<Secrets, "revealJson">;
  scripts: readonly Script[];
  upstreamBaseUrl: string | undefined;
  upstreamApiKey: string | undefined;
  /** A model's name for clients -> what the endpoint calls it; `*` stands for every other one. */
  upstreamModels?: Record<string, string>;
  /** Told when a run waits for the endpoint before its request is sent again. */
  onWaiting: (runId: string, reason: string | null) => void;
}

/** Resolves after that many milliseconds; rejects when aborted before. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}

/** What answers in the embedded server. */
export function modelOf({
  model,
  root,
  secrets,
  scripts,
  upstreamBaseUrl,
  upstreamApiKey,
  upstreamModels = {},
  onWaiting,
}: ModelChoice): Model {
  if (model === "script") return createScriptedModel({ scripts, delay: wait });
  if (model === "replay")
    return createReplayModel({ recordings: secrets.revealJson(readRecordings(root)), delay: wait });
  if (upstreamBaseUrl === undefined) {
    return fail("missing_upstream", "a model behind an endpoint needs the endpoint's base URL", {
      hint: "Give --upstream-base-url, or upstream_base_url in playbill.yaml, for example http://127.0.0.1:11434/v1.",
    });
  }
  if (!isHttpUrl(upstreamBaseUrl)) {
    return fail("bad_url", "the base URL of the endpoint is not an http or https URL", { hint: httpUrlHint });
  }
  return createChatCompletionsModel({
    baseUrl: upstreamBaseUrl,
    apiKey: upstreamApiKey ?? null,
    models: upstreamModels,
    fetch,
    clock: createSystemClock({ keepsAlive: true }),
    onWaiting,
  });
}
