import { expect, test } from "vitest";
import { choiceAfter, type ToolChoice } from "../../../src/server/models/model.ts";

const forced: ToolChoice[] = [{ kind: "required" }, { kind: "file_search" }, { kind: "function", name: "get" }];

test("a choice that forces a call holds for the first round only, and none for all", () => {
  for (const choice of forced) {
    expect(choiceAfter(0, choice)).toEqual(choice);
    expect(choiceAfter(1, choice)).toEqual({ kind: "auto" });
  }
  expect(choiceAfter(3, { kind: "none" })).toEqual({ kind: "none" });
});
