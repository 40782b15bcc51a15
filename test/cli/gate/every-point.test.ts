import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../run.ts";
import { openDesk } from "./desk.ts";
import { startTalkingServer } from "./server.ts";

const gate = ["sync", "--gate", "--yes"];

/** A folder as a process leaves it that is killed now: nothing is written any more, and what it noted is of nobody who lives. */
function killedState(folder: string) {
  const [state, kept] = [join(folder, ".playbill"), join(folder, "kept")];
  rmSync(kept, { recursive: true, force: true });
  if (existsSync(state)) cpSync(state, kept, { recursive: true });
  return {
    restore() {
      rmSync(state, { recursive: true, force: true });
      cpSync(kept, state, { recursive: true });
      for (const note of globSync(join(state, "{prod.busy,prod.sessions/*.json}"))) {
        writeFileSync(note, readFileSync(note, "utf8").replace(`"pid":${process.pid}`, `"pid":${2 ** 30}`));
      }
    },
  };
}

test.each(["interrupted", "killed"] as const)(
  "%s at any write, a gate leaves the old state or the new one, and the next one leaves no copy",
  async (how) => {
    const server = await startTalkingServer();
    await using desk = await openDesk(server.url, ["bare"]);
    expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
    const counts = await server.counts();
    const instructions = async () => (await server.live()).get("bare")?.instructions;
    for (let number = 1; ; number += 1) {
      const before = await instructions();
      await desk.edit(`${number}`);
      const wanted = `Say hello. ${number}`;
      const stop = new AbortController();
      const found: { state: ReturnType<typeof killedState> | null } = { state: null };
      const end = () => {
        if (how === "killed") found.state = killedState(desk.path);
        stop.abort(new Error("stopped"));
      };
      server.cutAfter(number, end, { isDead: how === "killed" });
      const cut = await run(desk.path, gate, { signal: stop.signal });
      server.connect();
      found.state?.restore();
      expect([before, wanted], cut.output).toContain(await instructions());
      // One that is interrupted deletes its copies itself.
      if (how === "interrupted") expect(await server.counts(), cut.output).toEqual(counts);
      const next = await run(desk.path, gate);
      expect(next.exitCode, next.output).toBe(0);
      expect(await instructions()).toBe(wanted);
      expect(await server.counts(), `${number}\n${cut.output}\n${next.output}`).toEqual(counts);
      if (!stop.signal.aborted) return expect(number).toBeGreaterThan(5);
    }
  },
);

test("what is applied is what was tested, field by field", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
  // Ids of stores and markers are their own.
  const bodies = server.made.map(({ metadata, ...rest }) => ({
    isCopy: metadata["playbill.owner"]?.includes("/temporary.") === true,
    body: JSON.stringify({ ...rest, tool_resources: null }),
  }));
  const sent = (isCopy: boolean) => bodies.flatMap((each) => (each.isCopy === isCopy ? [each.body] : [])).toSorted();
  expect(sent(true)).toHaveLength(2);
  expect(sent(false)).toEqual(sent(true));
});
