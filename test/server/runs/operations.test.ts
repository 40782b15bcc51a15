import fc from "fast-check";
import type OpenAI from "openai";
import { expect, test } from "vitest";
import { startServer } from "../harness.ts";
import { createTester, lines } from "./lines.ts";

type Status = OpenAI.Beta.Threads.Run["status"];

/** What may be seen after what, when one looks only now and then. */
const later: Record<Status, Status[]> = {
  queued: [
    "queued",
    "in_progress",
    "requires_action",
    "cancelling",
    "cancelled",
    "completed",
    "failed",
    "incomplete",
    "expired",
  ],
  in_progress: [
    "in_progress",
    "requires_action",
    "cancelling",
    "cancelled",
    "completed",
    "failed",
    "incomplete",
    "expired",
  ],
  requires_action: [
    "requires_action",
    "queued",
    "in_progress",
    "cancelling",
    "cancelled",
    "completed",
    "failed",
    "incomplete",
    "expired",
  ],
  cancelling: ["cancelling", "cancelled"],
  cancelled: ["cancelled"],
  completed: ["completed"],
  failed: ["failed"],
  incomplete: ["incomplete"],
  expired: ["expired"],
};

const operation = fc.oneof(
  fc.record({ do: fc.constant("run" as const), said: fc.constantFrom(...Object.keys(lines)) }),
  fc.record({
    do: fc.constantFrom("submit" as const, "cancel" as const, "wait" as const, "say" as const, "update" as const),
  }),
);

test("whatever clients do, runs move along the picture and nothing is ever our fault", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 3, maxLength: 12 }), async (operations) => {
      const server = await startServer({ lines, limits: { closingMs: 1 } });
      const assistantId = await createTester(server.client);
      const { id: threadId } = await server.client.beta.threads.create();
      const path = `/v1/threads/${threadId}`;
      const seen = new Map<string, Status>();
      const look = async (): Promise<OpenAI.Beta.Threads.Run | undefined> => {
        const { data } = await server.client.beta.threads.runs.list(threadId, { limit: 100 });
        for (const { id, status } of data) {
          expect(later[seen.get(id) ?? "queued"]).toContain(status);
          seen.set(id, status);
        }
        expect(data.filter(({ expires_at: expiresAt }) => expiresAt !== null).length).toBeLessThanOrEqual(1);
        return data[0];
      };
      for (const each of operations) {
        const run = await look();
        if (each.do === "run") {
          const additional = [{ role: "user", content: each.said }];
          const body = {
            assistant_id: assistantId,
            additional_messages: additional,
            truncation_strategy: { type: "last_messages", last_messages: 1 },
          };
          await server.send("POST", `${path}/runs`, body);
        } else if (each.do === "say") await server.send("POST", `${path}/messages`, { role: "user", content: "hello" });
        else if (each.do === "wait") await new Promise((resolve) => setTimeout(resolve, 2));
        else if (run && each.do === "cancel") await server.send("POST", `${path}/runs/${run.id}/cancel`);
        else if (run && each.do === "update")
          await server.send("POST", `${path}/runs/${run.id}`, { metadata: { a: "b" } });
        else if (run) {
          const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [{ id: "call_x" }];
          const outputs = calls.map(({ id }) => ({ tool_call_id: id, output: '{"celsius": 1}' }));
          await server.send("POST", `${path}/runs/${run.id}/submit_tool_outputs`, { tool_outputs: outputs });
        }
      }
      await look();
      expect(
        server.log.filter((entry) => entry.kind === "fault" || (entry.kind === "request" && entry.status >= 500)),
      ).toEqual([]);
      await server.close();
    }),
    { numRuns: 25 },
  );
});
