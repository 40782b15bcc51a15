import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sensitiveShown } from "../../src/kit/secrets.ts";
import type { PresentResource } from "../../src/sync/plan/plan-format.ts";
import { withoutSensitive } from "../../src/sync/plan/sensitive.ts";

const planned = (declared: string | null, live: string): PresentResource => ({
  kind: "assistant",
  address: "assistant.a",
  protect: false,
  moved_from: null,
  depends_on: [],
  id: "asst_1",
  name: "a",
  owner: null,
  rev: null,
  observed: {},
  action: "update",
  reason: "declared",
  changes: [{ field: "instructions", before: live, after: declared }],
  drift: [{ field: "instructions", declared, live, conflict: true, take: null }],
});

const line = fc.stringMatching(/^[a-z]{8,12}$/);
const text = fc.array(line, { minLength: 1, maxLength: 6 });

describe("a field that holds sensitive values", () => {
  test("shows no line of the live text that is not in the files, and no value", () => {
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^[A-Z]{8,12}$/), line, (own, others, value, earlier) => {
        const live = [...own, ...others, `code ${earlier}`, `${value} here`].join("\n");
        const declared = [...own, `code ${value}`].join("\n");
        const shown = declared.replaceAll(value, sensitiveShown(value));
        const sensitive = { instructions: { shown, values: [value] } };
        const said = JSON.stringify(withoutSensitive(planned(declared, live), { sensitive }));
        const foreign = [...others, earlier].filter((each) => !shown.includes(each));
        expect([value, ...foreign].filter((each) => said.includes(each))).toEqual([]);
        for (const each of own) expect(said).toContain(each);
      }),
    );
  });

  test.each([
    ["is not sensitive any more", "new text", {}, ["instructions"], "new text"],
    ["is not declared any more", null, {}, ["instructions"], null],
  ])("%s: what is live stays hidden", (_what, declared, sensitive, before, shown) => {
    const live = "the old code is X-1234-Y";
    const { changes } = withoutSensitive(planned(declared, live), { sensitive }, before) as PresentResource;
    expect(changes).toEqual([{ field: "instructions", before: sensitiveShown(live), after: shown }]);
  });

  test("hides an object's name, and leaves other fields alone", () => {
    const resource = { ...planned("a", "b"), name: "Desk X-1234-Y" };
    const sensitive = { name: { shown: `Desk ${sensitiveShown("X-1234-Y")}`, values: ["X-1234-Y"] } };
    const found = withoutSensitive(resource, { sensitive }) as PresentResource;
    expect(found.name).toBe(sensitive.name.shown);
    expect(found.changes).toEqual(resource.changes);
  });
});
