import type { WrittenStep } from "../../src/project/schemas/script.ts";
import type { Script } from "../../src/project/script.ts";

/** What the model does when the user says something. */
export type Lines = Record<string, WrittenStep[]>;

/** One script a line; whoever says the line first gets what belongs to it. */
export function scriptsOf(lines: Lines): Script[] {
  return Object.entries(lines).map(([user, steps]) => ({
    id: user,
    assistantName: "tester",
    opening: [],
    turns: [{ user: [user], steps }],
    scope: {},
  }));
}
