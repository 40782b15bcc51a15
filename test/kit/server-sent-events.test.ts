import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents } from "../../src/kit/server-sent-events.ts";

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncIterable<Uint8Array> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other), bytes.length];
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

test("events are the same wherever their bytes are cut and whatever ends a line", async () => {
  const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text));
  const event = fc.array(line, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 5 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.constantFrom("data:", "data: "),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (events, lineEnd, field, cuts) => {
        fc.pre(field === "data: " || events.flat().every((text) => !text.startsWith(" ")));
        const written = events.map((lines) =>
          [":x", "event: y", ...lines.map((text) => field + text), "", ""].join(lineEnd),
        );
        const read = await Array.fromAsync(readEvents(pieces(new TextEncoder().encode(written.join("")), cuts)));
        expect(read).toEqual(events.map((lines) => ({ event: "y", data: lines.join("\n") })));
      },
    ),
  );
});
