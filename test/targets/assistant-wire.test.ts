import fc from "fast-check";
import { expect, test } from "vitest";
import { assistantFormat } from "../../src/targets/assistants/assistant-wire.ts";
import { bodyOf, readLive } from "../../src/targets/objects/wire-format.ts";
import { marker, spec } from "./arbitrary-spec.ts";

test("what goes over the wire comes back the same", () => {
  fc.assert(
    fc.property(spec, marker, (given, owner) => {
      const body = JSON.parse(
        JSON.stringify(bodyOf(assistantFormat, given, { metadata: given.metadata, marker: owner })),
      ) as object;
      const wire = { id: "asst_1", created_at: 7, ...body };
      const live = readLive("assistant", assistantFormat, wire);
      expect(live).toEqual({
        kind: "assistant",
        id: "asst_1",
        createdAt: 7,
        spec: JSON.parse(JSON.stringify(given)),
        marker: owner,
        wire,
      });
    }),
  );
});

test.each([null, 1, "<html>", [], {}, { id: 1, model: "m" }, { id: "asst_1" }])("%j is not an assistant", (value) => {
  expect(readLive("assistant", assistantFormat, value)).toBeNull();
});

test("a change sends only what changed, and the metadata that is not ours stays", () => {
  const body = bodyOf(
    assistantFormat,
    { temperature: 1 },
    { metadata: { team: "a" }, marker: { owner: "p/t/assistant.x", spec: "h", rev: "" } },
  );
  expect(body).toEqual({
    temperature: 1,
    metadata: { team: "a", "playbill.owner": "p/t/assistant.x", "playbill.spec": "h", "playbill.rev": "" },
  });
});
