import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { judge } from "../../src/scenarios/judge.ts";
import type { TurnRecord } from "../../src/scenarios/record/record.ts";
import { createHtmlReporter } from "../../src/scenarios/reports/html/html.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { resultOf } from "../../src/scenarios/results/scenario-result.ts";
import { temporaryFolder } from "../cli/run.ts";
import { attempts } from "../scenarios/attempts.ts";
import { reported } from "../scenarios/reports/results.ts";
import { call, recordOf, scenario, turn } from "../scenarios/scenario.ts";
import { describeInBrowser } from "./browser.ts";

const said = (text: string, fields: object = {}) => ({
  at: 60,
  event: { kind: "message" as const, text, citations: [], files: [], ...fields },
});

/** A scenario of these turns, all of which were played; each attempt has a record of its own. */
function result(id: string, yaml: string, ...records: TurnRecord[][]): ScenarioResult {
  const file = scenario(yaml);
  const tried = records.map((turns) => {
    const record = recordOf(...turns);
    return { record, verdicts: judge(record, file), time: 10 };
  });
  const [first = {}, ...others] = tried;
  return { ...resultOf(file, attempts(first, ...others), 10), id };
}

const weather = (degrees: string): TurnRecord[] => {
  const asked = { callId: "call_1", name: "get_weather", arguments: '{"city":"Pune"}' };
  const answered = { kind: "result" as const, value: { station: "VAPO-43" } };
  const calls = [call("get_weather", { city: "Pune" }, 1, { callId: "call_1", at: 10, took: 30, outcome: answered })];
  const reply = `It is ${degrees} °C【4:0†source】.`;
  const citations = [{ text: "【4:0†source】", fileId: "file-1", start: 14, end: 26 }];
  return [
    turn({
      user: "How warm is it?",
      calls,
      messages: [{ text: reply, citations, files: [] }],
      events: [{ at: 10, event: { kind: "requires_action", calls: [asked] } }, said(reply, { citations })],
      fileNames: { "file-1": "almanac.pdf" },
      passages: { "【4:0†source】": "Pune is warm in May." },
      time: { total: 100, first_token: 50, waited: 0 },
    }),
    turn({ user: "Thanks!", reply: "Bye.", events: [said("Bye.")] }),
  ];
};
const yaml = `assistant: a
name: Warm
on_fail: continue
turns:
  - { user: hi, expect: { reply: { contains: "22.80" } } }
  - user: Thanks!
`;
const hostile = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(2)</script><!--",
  "\u001b[31mred\u001b[0m \u202egpj.exe zero\u200bwidth no-break\u00a0space 👨\u200d👩\u200d👧",
  "[x](javascript:alert(3)) ![y](http://127.0.0.1:9/x.png)",
  "[".repeat(5_000),
].join("\n");
const results = [
  result("warm", yaml, weather("22.79"), weather("22.81")),
  result("hostile", "assistant: a\nturns: [{ user: hi }]\n", [
    turn({ user: hostile, reply: hostile, events: [said(hostile)] }),
  ]),
];

async function report(folder: { path: string; write(path: string, text: string): Promise<void> }): Promise<string> {
  await folder.write("report.html", await reported(createHtmlReporter, results));
  return pathToFileURL(`${folder.path}/report.html`).href;
}

const textOf = (page: Page) => page.locator(".detail").innerText();

describeInBrowser("the screen of a scenario", ({ open }) => {
  test("a failure is one look away: what was expected, where it is written, and the conversation in order", async () => {
    await using folder = await temporaryFolder();
    const { page, requests, complaints } = await open();
    await page.goto(`${await report(folder)}#/s/warm`);
    await page.locator(".turn").nth(1).waitFor();
    expect(await page.locator(".why del").allInnerTexts()).toEqual(["80"]);
    expect(await page.locator(".why ins").allInnerTexts()).toEqual(["79"]);
    expect(await page.locator(".why .place").innerText()).toContain("scenarios/test.yaml:5:");
    expect(await page.locator(".turn").first().locator(".who").allInnerTexts()).toEqual(["User", "Tool", "Assistant"]);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("what is folded is unfolded one by one, all at once, and where the browser finds it; then every value is there", async () => {
    await using folder = await temporaryFolder();
    const { page } = await open();
    await page.goto(`${await report(folder)}#/s/warm`);
    await page.locator(".turn").nth(1).waitFor();
    expect(await textOf(page)).not.toContain("VAPO-43");
    await page.getByRole("button", { name: "Citation 1" }).first().click();
    expect(await page.locator(".citation").first().innerText()).toContain("Pune is warm in May.");
    // What the browser does with a fold that it finds a text in.
    await page.locator(".tool .fold-body").first().dispatchEvent("beforematch");
    expect(await textOf(page)).toContain("VAPO-43");
    await page.keyboard.press("E");
    await page.getByText("first word after").first().waitFor();
    const text = await textOf(page);
    for (const part of ['"city": "Pune"', "VAPO-43", "Pune is warm in May.", "Bye.", "get_weather"])
      expect(text).toContain(part);
    await page.keyboard.press("E");
    expect(await textOf(page)).not.toContain("VAPO-43");
  });

  test("keys go from turn to turn and to attempts, which the link keeps, and copy the command in three keys from the list", async () => {
    await using folder = await temporaryFolder();
    const { page, context } = await open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(await report(folder));
    await page.locator(".row").first().waitFor();
    for (const key of ["j", "Enter"]) await page.keyboard.press(key);
    await page.locator(".turn").first().waitFor();
    await page.keyboard.press("c");
    await page.getByText("Copied the command").waitFor();
    const copied = async () => page.evaluate<string>("navigator.clipboard.readText()");
    const command = (await page.locator(".command code").textContent()) ?? "";
    expect(await copied()).toBe(command);
    await page.goto(`${page.url().replace(/#.*/, "")}#/s/warm`);
    await page.locator(".turn").nth(1).waitFor();
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    expect(new URL(page.url()).hash).toBe("#/s/warm?t=2");
    await page.keyboard.press("2");
    expect(new URL(page.url()).hash).toBe("#/s/warm?a=2");
    await page.keyboard.press("m");
    await page.getByText("Copied the scenario as Markdown").waitFor();
    expect(await copied()).toContain("## warm: Warm — failed");
  });

  test("hostile texts stay the same texts, as they are and read as Markdown, and nothing is asked of the network", async () => {
    await using folder = await temporaryFolder();
    const { page, requests, complaints } = await open();
    await page.goto(`${await report(folder)}#/s/hostile`);
    await page.locator(".turn").first().waitFor();
    await page.keyboard.press("E");
    await page.getByText("first word after").waitFor();
    const texts = await page
      .locator(".user .text, .assistant .text")
      .evaluateAll((all) => all.map((each) => each.textContent));
    expect(texts).toEqual([hostile, hostile]);
    expect(await page.locator(".unseen").first().getAttribute("data-name")).toBe("ESC");
    await page.getByRole("button", { name: "Read as Markdown" }).click();
    await page.locator(".marked").waitFor();
    expect(await page.locator(".detail img, .detail script, .marked a").count()).toBe(0);
    expect(await page.locator(".marked").innerText()).toContain("javascript:alert(3)");
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("attempts are compared: equal parts once, differences marked", async () => {
    await using folder = await temporaryFolder();
    const { page } = await open();
    await page.goto(`${await report(folder)}#/s/warm/attempts`);
    const row = page.getByRole("row", { name: "t1 reply", exact: false });
    await row.last().waitFor();
    expect(await row.last().getByRole("cell").allInnerTexts()).toEqual(["A", "B"]);
    expect(await page.locator(".pair del").allInnerTexts()).toEqual(["79"]);
    expect(await page.locator(".pair ins").allInnerTexts()).toEqual(["81"]);
    expect(await page.getByText("User, the same in both").count()).toBe(2);
  });
});
