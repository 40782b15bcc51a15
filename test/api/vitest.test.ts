import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { createViteServer } from "vitest/node";
import { playbill, scenarios } from "../../src/api/vitest.ts";
import { openShop, shop } from "./project.ts";

const folder = await openShop();
afterAll(() => folder[Symbol.asyncDispose]());

// What fails is shown by the project of test/published/package.test.ts.
describe("scenarios of a project are tests of the file that requests them", async () => {
  await scenarios({ cwd: folder.path, env: {}, tags: ["smoke"] });
});

test("problems of a project are reported as by the commands, with the line", async () => {
  const project = await shop();
  await project.write("scenarios/bad.yaml", "assistant: support\nturns: [{ usr: Hi }]\n");
  const error: unknown = await scenarios({ cwd: project.path, env: {} }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("nothing was thrown");
  expect(error.message).toContain('unknown key "usr"');
  expect(error.stack).toContain(`(${join(project.path, "scenarios/bad.yaml")}:2:11)`);
});

/** The files whose change makes vitest run a scenario file again, by vite's own graph. */
async function watchedBy(root: string, file: string): Promise<string[]> {
  const resolve = { alias: { "playbill/vitest": join(import.meta.dirname, "../../src/api/vitest.ts") } };
  const server = await createViteServer({
    root,
    configFile: false,
    plugins: [playbill()],
    resolve,
    logLevel: "silent",
  });
  onTestFinished(() => server.close());
  const { ssr } = server.environments;
  await ssr.transformRequest(join(root, file));
  const modules = ssr.moduleGraph.fileToModulesMap.values().flatMap((each) => each);
  const importing = modules.filter(({ importers }) => [...importers].some((each) => each.file === join(root, file)));
  return [...new Set(importing.map((each) => each.file ?? ""))]
    .filter((each) => each.startsWith(root))
    .map((each) => each.slice(root.length + 1))
    .toSorted();
}

test("a scenario file is run again when anything changes that it depends on, and nothing else", async () => {
  const project = await shop();
  await project.write("assistants/other.yaml", "model: gpt-4o\ninstructions: { file: ./other.md }\n");
  await project.write("assistants/other.md", "Say yes.\n");
  await project.write("scenarios/of-other.yaml", "assistant: other\nturns: [{ user: Hi }]\n");
  await project.write("scenarios/broken.yaml", "assistant: other\nturns: [{ usr: Hi }]\n");
  expect(await watchedBy(project.path, "scenarios/of-other.yaml")).toEqual([
    "assistants/other.md",
    "assistants/other.yaml",
    "playbill.yaml",
  ]);
  expect(await watchedBy(project.path, "scenarios/good.yaml")).toEqual(["assistants/support.yaml", "playbill.yaml"]);
  expect(await watchedBy(project.path, "scenarios/broken.yaml")).toContain("assistants/other.yaml");
});

test("the plugin adds scenario files and their tags to what vitest looks for", async () => {
  const project = await shop();
  const added = await playbill().config({ root: project.path, test: { include: ["own/**"] } });
  expect(added).toMatchObject({ test: { include: ["scenarios/**/*.yaml"], tags: [{ name: "smoke" }] } });
  const fresh = await playbill({ cwd: project.path }).config({ root: join(project.path, "..") });
  const name = project.path.slice(project.path.lastIndexOf("/") + 1);
  expect(fresh).toMatchObject({ test: { include: [expect.stringContaining("test"), `${name}/scenarios/**/*.yaml`] } });
});
