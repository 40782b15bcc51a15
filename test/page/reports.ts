import { deflateRawSync } from "node:zlib";
import { pathToFileURL } from "node:url";
import { type FileIndex, type IndexRow, toColumns } from "../../src/page-data/index-row.ts";
import { blocks } from "../../src/page-data/pack.ts";
import { createHtmlReporter } from "../../src/scenarios/reports/html/html.ts";
import { indexRow } from "../../src/scenarios/reports/html/index-row.ts";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { type TemporaryFolder, run, temporaryFolder } from "../cli/run.ts";
import { played, reported } from "../scenarios/reports/results.ts";

/** Texts that would be something else than text where a page is careless. */
export const hostile = [
  '<img src=x onerror="document.title=1">',
  "</script><script>document.title=1</script>",
  "<!-- {{7*7}} ${7*7} &lt;b&gt; \u202Egnp.exe\u202C",
  "javascript:alert(1) [a](javascript:alert(1)) `]]>",
] as const;

const shop = {
  "playbill.yaml": "project: shop\n",
  "assistants/support.yaml": "model: gpt-4o\ninstructions: Help.\ntools: [{ function: lookup_order }]\n",
  "assistants/tools/lookup_order.yaml":
    "description: Finds an order.\nparameters: { type: object, properties: { id: { type: string } }, required: [id] }\n",
  "scenarios/late.yaml": `assistant: support
name: Late order
tags: [orders]
tools: { lookup_order: [{ return: { status: late, days: 3 } }] }
turns:
  - user: Where is A-1001?
    script: [{ call: lookup_order, with: { id: A-1001 } }, { say: "It is 2 days late." }]
    expect: { tools: [lookup_order: { id: A-1001 }], reply: { contains: 3 days } }
`,
  "scenarios/fine.yaml": `assistant: support
name: Thanks
turns: [{ user: Thanks., script: [{ say: You are welcome. }], expect: { reply: { contains: welcome } } }]
`,
  "scenarios/often.yaml": `assistant: support
name: Often
repeat: { runs: 3, pass: "100%" }
turns: [{ user: Hi., script: [{ say: Hello. }], expect: { reply: { contains: Good day } } }]
`,
  "scenarios/hostile.yaml": JSON.stringify({
    assistant: "support",
    name: hostile[0],
    tags: ["orders"],
    turns: hostile.map((text) => ({ user: text, script: [{ say: text }], expect: { reply: { equals: text } } })),
  }),
};

/** A small shop whose scenarios pass, fail, are repeated and say hostile things, in a folder with blanks and umlauts. */
export async function shopProject(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(shop)) await folder.write(`größe & co/${path}`, text);
  return {
    ...folder,
    path: `${folder.path}/größe & co`,
    write: (file, text) => folder.write(`größe & co/${file}`, text),
  };
}

/** The URL of the report of a run of that project, and of a baseline before it. */
export async function reportOf({ path }: TemporaryFolder): Promise<string> {
  await run(path, ["test", "--all-runs"]);
  await run(path, ["bless", "--yes", "--accept", "2"]);
  const reporter = ["--reporter", "html=report.html"];
  const { output } = await run(path, ["test", "--baseline", "scenarios/baselines/local.json", ...reporter]);
  if (!output.includes("failed")) throw new Error(output);
  return pathToFileURL(`${path}/report.html`).href;
}

/** A report of so many rows, of which the first can be opened. */
export async function reportOfMany(count: number): Promise<string> {
  const [good, bad] = [played(40), played(4)] as [ScenarioResult, ScenarioResult];
  const html = await reported(createHtmlReporter, [bad]);
  const rows = Array.from({ length: count }, (_, at): IndexRow => {
    const id = at === 0 ? bad.id : `order-${at}`;
    return { ...indexRow(at % 7 === 0 ? bad : good), id, name: `Order ${at}`, tags: [`part-${at % 10}`] };
  });
  const [before = "", rest = ""] = html.split(`id="${blocks.index}">`);
  const pack = html.split(`id="${blocks.pack}">`)[1]?.split("</script>")[0]?.trim().length ?? 0;
  const index: FileIndex = {
    rows: toColumns(rows),
    pages: { start: rows.map(() => 0), length: rows.map(() => pack) },
    attachments: {},
    earlier: null,
  };
  const block = deflateRawSync(JSON.stringify(index)).toString("base64");
  return `${before}id="${blocks.index}">${block}${rest.slice(rest.indexOf("</script>"))}`;
}
