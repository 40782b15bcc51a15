import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runProcess } from "./processes.ts";
import { temporaryFolder } from "./run.ts";

const turn = "{ user: Hi, script: [{ call: ask, with: {} }, { say: Done }], expect: { reply: { contains: Done } } }";

/** True for a process that runs, and not for one that nobody has taken note of the end of. */
function isRunning(processId: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(processId)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}

test("a module blocked in a system call delays neither the command nor what it started", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: stuck\n");
  await folder.write("assistants/a.yaml", "model: gpt-4o\ntools: [{ function: ask }]\n");
  await folder.write("assistants/tools/ask.yaml", "parameters: { type: object }\nhandler: ./ask.ts\n");
  await folder.write(
    "assistants/tools/ask.ts",
    'import { execSync } from "node:child_process";\nexport default () => execSync("echo $$ >> began; exec sleep 600");\n',
  );
  const limits = "limits: { turn: { timeout: 3s } }";
  await folder.write(
    "scenarios/s.yaml",
    `assistant: a\n${limits}\ntools: { ask: [{ handler: true }] }\nturns: [${turn}]\n`,
  );
  const { exitCode, output } = await runProcess(folder.path, ["test"]);
  expect(output).toContain("turn_timeout");
  expect(exitCode).toBe(5);
  const began = readFileSync(join(folder.path, "began"), "utf8").trim().split("\n").map(Number);
  await expect.poll(() => began.filter(isRunning)).toEqual([]);
});

test("a target that continues a stream after the turn's time delays nothing", async () => {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      if (request.method === "POST" && request.url?.endsWith("/runs")) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        return response.write('event: thread.run.created\ndata: {"id":"run_1","object":"thread.run"}\n\n');
      }
      response.setHeader("content-type", "application/json");
      const made = body === "" ? { object: "list", data: [], has_more: false } : JSON.parse(body);
      return response.end(JSON.stringify({ object: "assistant", created_at: 1, ...made, id: "x_1", deleted: true }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await using folder = await temporaryFolder();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  await folder.write("playbill.yaml", `project: silent\ntargets: { other: { api: assistants, base_url: "${url}" } }\n`);
  await folder.write("assistants/a.yaml", "model: gpt-4o\n");
  const expected = "expect: { reply: { contains: Done } }";
  await folder.write(
    "scenarios/s.yaml",
    `assistant: a\nlimits: { turn: { timeout: 1s } }\nturns: [{ user: Hi, ${expected} }]\n`,
  );
  const { exitCode, output } = await runProcess(folder.path, ["test", "--target", "other"]);
  expect(output).toContain("turn_timeout");
  expect(exitCode).toBe(5);
});
