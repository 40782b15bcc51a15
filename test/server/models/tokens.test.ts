import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelMessage } from "../../../src/server/models/model.ts";
import { estimatePromptTokens, withinTokens } from "../../../src/server/models/tokens.ts";
import { request as requestWith } from "./request.ts";

const arbitraryMessage: fc.Arbitrary<ModelMessage> = fc
  .tuple(fc.string({ maxLength: 30 }), fc.boolean(), fc.option(fc.string({ maxLength: 30 }), { nil: null }))
  .map(([text, hasImage, output]) => ({
    role: "user",
    content: [
      { kind: "text", text },
      ...(hasImage ? [{ kind: "image_url" as const, url: "https://example.com/a.png", detail: "auto" as const }] : []),
    ],
    calls: output === null ? [] : [{ callId: "call_1", tool: "function", name: "f", arguments: "{}", output }],
  }));

test("law: no more is left out than must be, and always the oldest", () => {
  fc.assert(
    fc.property(fc.array(arbitraryMessage, { minLength: 1, maxLength: 8 }), fc.nat(200), (messages, limit) => {
      const request = requestWith({ messages });
      const fits = (kept: readonly ModelMessage[]) =>
        estimatePromptTokens({ ...request, messages: [...kept] }) <= limit;
      const kept = withinTokens(request, limit)?.messages ?? null;
      if (kept === null) {
        expect(fits(messages.slice(-1))).toBe(false);
        return;
      }
      expect(messages.slice(messages.length - kept.length)).toEqual(kept);
      expect(fits(kept)).toBe(true);
      if (kept.length < messages.length) expect(fits(messages.slice(-kept.length - 1))).toBe(false);
    }),
  );
});

test("a thread of any length is cut, without a limit none is", () => {
  const messages = Array.from({ length: 100_000 }, (): ModelMessage => ({
    role: "user",
    content: [{ kind: "text", text: "four" }],
  }));
  const request = requestWith({ messages });
  expect(withinTokens(request, null)).toBe(request);
  expect(withinTokens(request, 50)?.messages.length).toBeLessThanOrEqual(50);
});
