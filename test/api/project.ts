import { onTestFinished } from "vitest";
import { temporaryFolder, type TemporaryFolder } from "../cli/run.ts";

const scenario = (reply: string, more = "") =>
  `assistant: support\n${more}turns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n`;

const files = {
  "playbill.yaml": "project: shop\n",
  "assistants/support.yaml": "model: gpt-4o\ninstructions: Say yes.\n",
  "scenarios/good.yaml": scenario("yes", "tags: [smoke]\n"),
  "scenarios/bad.yaml": scenario("no", "name: Says no\nowner: desk\n"),
  "scenarios/later.yaml": scenario("yes", "skip: { reason: the shop is closed, until: 2040-01-01 }\n"),
};

/** The same, for whoever removes it. */
export async function openShop(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  return folder;
}

/** A project with a scenario that passes, one that fails and one that is skipped, in a folder that is removed when the test is over. */
export async function shop(): Promise<TemporaryFolder> {
  const folder = await openShop();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder;
}
