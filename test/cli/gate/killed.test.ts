import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";
import { startTalkingServer } from "./server.ts";

const scenario = (assistant: string) =>
  `assistant: ${assistant}\nturns: [{ user: hi, expect: { reply: { contains: hello } } }]\n`;

test("a gate that is killed while it tests has changed nothing, and the next one collects its copies", async () => {
  await using folder = await temporaryFolder();
  const server = await startTalkingServer();
  const target = `{ api: assistants, base_url: "${server.url}/v1", api_key: none }`;
  await folder.write("playbill.yaml", `project: desk\ntargets: { prod: ${target} }\n`);
  const write = async (note: string) => {
    const tools = "tools: [{ file_search: { vector_store: handbook } }]\n";
    await folder.write("assistants/bare.yaml", `model: m\ninstructions: Say hello. ${note}\n`);
    await folder.write("assistants/desk.yaml", `model: m\ninstructions: Say hello. ${note}\n${tools}`);
    await folder.write("assistants/pages/rule.md", `Rule ${note}\n`);
  };
  await folder.write("assistants/vector_stores/handbook.yaml", "files: [../pages/*.md]\n");
  for (const name of ["bare", "desk"]) await folder.write(`scenarios/${name}.yaml`, scenario(name));
  await write("one");
  const gate = ["sync", "--gate", "--yes"];
  const first = await run(folder.path, gate);
  expect(first.exitCode, first.output).toBe(0);
  const [live, counts] = [await server.live(), await server.counts()];
  const lock = await readFile(join(folder.path, ".playbill/locks/prod.json"), "utf8");

  await write("two");
  const child = spawn(process.execPath, [inject("bin"), ...gate], { cwd: folder.path, stdio: "ignore" });
  server.cutAfter(5, () => child.kill("SIGKILL"), { isDead: true });
  await once(child, "exit");
  server.connect();
  expect(await server.live()).toEqual(live);
  expect(await readFile(join(folder.path, ".playbill/locks/prod.json"), "utf8")).toBe(lock);
  expect(await server.counts()).not.toEqual(counts);

  const next = await run(folder.path, gate);
  expect(next.exitCode, next.output).toBe(0);
  expect(next.stdout).toContain("2 passed");
  expect((await server.live()).get("desk")?.instructions).toBe("Say hello. two");
  expect(await server.counts()).toEqual(counts);
});
