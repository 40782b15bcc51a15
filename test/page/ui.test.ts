import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import axe from "axe-core";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type StartedUi, startUi } from "../cli/ui/started.ts";
import { type TemporaryFolder, temporaryFolder } from "../cli/run.ts";
import { describeInBrowser } from "./browser.ts";

const scenarioText = (reply: string) =>
  `assistant: a\nturns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n`;

describeInBrowser("playbill ui", ({ open }) => {
  let folder: TemporaryFolder;
  let ui: StartedUi;

  beforeEach(async () => {
    folder = await temporaryFolder();
    // What is called with `onTestFinished` runs last first, and after `afterEach`: the command is stopped before its folder goes.
    onTestFinished(() => folder[Symbol.asyncDispose]());
    await folder.write("playbill.yaml", "project: shop\n");
    await folder.write("assistants/a.yaml", "model: gpt-4o\n");
    await folder.write("scenarios/one.yaml", scenarioText("yes"));
    await folder.write("scenarios/two.yaml", scenarioText("no"));
    ui = await startUi(folder);
  });

  const openUi = async () => {
    const opened = await open();
    await opened.page.goto(ui.link);
    await opened.page.getByText("Waiting for changes").waitFor();
    return opened;
  };

  test("rows follow what is changed, run again and broken, in two tabs alike, and axe finds nothing", async () => {
    const [first, second] = [await openUi(), await openUi()];
    const pages = [first.page, second.page];
    const shown = async () =>
      Promise.all(
        pages.map((page) =>
          page
            .locator(".row .word")
            .allTextContents()
            .then((words) => words.join()),
        ),
      );
    // The key is not left where it could be copied from.
    expect(first.page.url()).toBe(`${ui.origin}/`);
    await expect.poll(shown).toEqual(["failed,passed", "failed,passed"]);
    await first.page.getByRole("link", { name: /two/ }).first().click();
    await first.page.getByRole("heading", { name: /two/ }).waitFor();
    await folder.write("scenarios/two.yaml", scenarioText("yes"));
    await first.page.getByText("Changed: scenarios/two.yaml; affects 1: two (script)").waitFor();
    await expect.poll(shown).toEqual(["passed,passed", "passed,passed"]);
    await first.page.locator("article").getByText("passed").first().waitFor();
    await folder.write("scenarios/one.yaml", "turns: [");
    for (const page of pages) await page.getByText("error[bad_yaml]").waitFor();
    await first.page.evaluate(axe.source);
    const found = await first.page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`))",
    );
    expect(found).toEqual([]);
    await folder.write("scenarios/one.yaml", scenarioText("no"));
    await expect.poll(shown).toEqual(["failed,passed", "failed,passed"]);
    expect(await first.page.getByText("error[bad_yaml]").count()).toBe(0);
    await expect.poll(() => second.page.title()).toContain("✗ 1");
    for (const { complaints, requests } of [first, second]) {
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(`${ui.origin}/`))).toEqual([]);
    }
  });

  test("the buttons and keys run what they say", async () => {
    const { page } = await openUi();
    const runs = () => ui.text().match(/^\d+ (?:passed|failed).*(?= \()/gm);
    const done = async (count: number) => {
      await expect.poll(() => runs()?.length).toBe(count);
      // What is printed is printed before the run is over.
      await ui.idle();
      await page.getByText("Waiting for changes").waitFor();
    };
    await page.getByRole("button", { name: "Run what failed" }).click();
    await done(2);
    await page.getByRole("button", { name: "Run all" }).click();
    await done(3);
    await page.getByRole("link", { name: /one/ }).first().click();
    await page.getByRole("button", { name: "Run this" }).click();
    await done(4);
    await page.keyboard.press("r");
    await done(5);
    await page.keyboard.press("R");
    await done(6);
    expect(runs()).toEqual([
      "1 passed, 1 failed",
      "1 failed",
      "1 passed, 1 failed",
      "1 passed",
      "1 passed",
      "1 failed",
    ]);
  });

  test("a page that was cut off says since when it is not live, and shows then what it missed", async () => {
    const line = await cuttable(ui.origin);
    const { page } = await open({});
    await page.clock.install();
    await page.goto(ui.link.replace(ui.origin, line.origin));
    await page.getByText("Waiting for changes").waitFor();
    const words = () => page.locator(".row .word").allTextContents();
    expect(await words()).toEqual(["failed", "passed"]);
    line.cut();
    await folder.write("scenarios/two.yaml", scenarioText("yes"));
    await expect.poll(async () => (await ui.index()).state.head.counts.passed).toBe(2);
    await page.clock.fastForward(40_000);
    await page.getByText("Not live since").waitFor();
    expect(await words()).toEqual(["failed", "passed"]);
    line.restore();
    await page.clock.resume();
    await page.getByText("Waiting for changes").waitFor();
    const { rows } = (await ui.index()).state;
    await expect.poll(words).toEqual(rows.map(({ status }) => status));
    await ui.stop();
    await page.getByText("playbill ui was stopped").waitFor();
  });
});

/** A server that hands on what comes to it, until its lines are cut. */
async function cuttable(target: string) {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const other = connect(Number(new URL(target).port), "127.0.0.1");
    for (const [one, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => to.destroy()).on("close", () => to.destroy());
      one.pipe(to);
    }
  });
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, cut, restore: () => void (isCut = false) };
}
