import { expect, test } from "vitest";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";

const answering = (answer: unknown, status = 200) =>
  createAssistantsTarget(connectionTo(async () => Response.json(answer, { status }))).shutdownDates();
const model = (id: string, more: object = {}) => ({ id, object: "model", created: 0, owned_by: "o", ...more });

test("what a target says of the end of its models is read", async () => {
  const data = [
    model("a", { shutdown_date: "2027-01-14" }),
    model("b", { shutdown_date: null }),
    model("c", { shutdown_date: "2027-01-14T00:00:00Z" }),
    model("d", { shutdown_date: "soon" }),
    model("e"),
  ];
  expect(await answering({ object: "list", data })).toEqual(
    new Map([
      ["a", "2027-01-14"],
      ["b", null],
      ["c", "2027-01-14"],
      ["d", null],
    ]),
  );
});

test.each([
  ["no dates", { data: [model("a")] }, 200],
  ["no models", { data: [] }, 200],
  ["something else", "hello", 200],
  ["no such path", { error: { message: "no" } }, 404],
  ["an error", { error: { message: "no" } }, 500],
])("a target that answers with %s does not say", async (_, answer, status) => {
  expect(await answering(answer, status)).toBeNull();
});

test("a target that takes long does not say", async () => {
  const never = connectionTo(() => new Promise(() => {}), { clock: createLeapingClock() });
  expect(await createAssistantsTarget(never).shutdownDates()).toBeNull();
});
