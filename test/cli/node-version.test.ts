import { expect, test } from "vitest";
import { isSupportedNode, oldNodeProblem } from "../../src/cli/node-version.ts";

test.each(["20.20.2", "22.17.9", "9.9.9"])("Node %s is too old, and is told so", async (version) => {
  expect(isSupportedNode(version)).toBe(false);
  const { message } = await oldNodeProblem(version);
  expect(message).toBe(`Playbill needs Node 22.18 or newer; this is Node ${version}`);
});

test.each(["22.18.0", "22.23.3", "24.0.0", "26.10.0"])("Node %s will do", (version) => {
  expect(isSupportedNode(version)).toBe(true);
});
