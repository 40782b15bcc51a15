import { expect, test } from "vitest";
import { createRecordingModel } from "../../../src/server/models/record.ts";
import { createReplayModel, type Recording } from "../../../src/server/models/replay.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import type { Model } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { scriptsOf } from "../scripts.ts";

const lines = {
  weather: [
    { say: "Let me look." },
    { call: "get", with: { city: "Paris" } },
    { call: "get", with: { city: "Rome" } },
    { say: "Both are fine." },
  ],
};
const delay = async () => {};
const tools = [{ type: "function" as const, name: "get", parameters: {}, strict: false }];

/** What is said and called in a chain of responses, until nothing is called. */
async function play(model: Model): Promise<unknown[]> {
  const { client } = await startServer({ services: { model } });
  const told: unknown[] = [];
  let next: { input: string | object[]; previous_response_id?: string } = { input: "weather" };
  for (;;) {
    const made = await client.responses.create({ model: "m", tools, ...(next as { input: string }) });
    const call = made.output.find((item) => item.type === "function_call");
    told.push([made.status, made.output_text, call?.arguments]);
    if (call === undefined) return told;
    const output = { type: "function_call_output", call_id: call.call_id, output: "8" };
    next = { previous_response_id: made.id, input: [output] };
  }
}

test("what was recorded over a chain of responses is replayed round by round", async () => {
  const recordings = new Map<string, Recording>();
  const recording = createRecordingModel(
    createScriptedModel({ scripts: scriptsOf(lines), delay }),
    (made, replaces) => {
      recordings.delete(replaces ?? "");
      recordings.set(made.id, made);
    },
  );
  const told = await play(recording);
  expect(told).toHaveLength(3);
  expect(await play(createReplayModel({ recordings: [...recordings.values()], delay }))).toEqual(told);
});
