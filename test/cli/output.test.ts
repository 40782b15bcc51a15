import { spawnSync } from "node:child_process";
import { expect, inject, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const bin = inject("bin");

test.each(["--version", "validate", "plan --json", "plan --detailed-exitcode", "test"])(
  "%s that cannot write its output because the disk is full is a problem, not a stack",
  async (argv) => {
    await using project = await temporaryFolder();
    await run(project.path, ["init", "."]);
    const command = `"${process.execPath}" --disable-warning=ExperimentalWarning "${bin}" ${argv} > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: project.path, encoding: "utf8" });
    expect(stderr).toContain("error[system_refuses]: ENOSPC");
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(4);
  },
);

test("the path of a request gets into the log on one line and without control characters", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path);
  await fetch(`${server.url}/v1/%1b%5b31m%0aFORGED%0a::error::x`);
  await expect.poll(server.log).toContain("GET");
  expect(server.log()).not.toMatch(/^FORGED|^::error/m);
  expect(server.log()).not.toContain("\u001b");
});
