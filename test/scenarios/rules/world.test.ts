import { expect, test } from "vitest";
import { brief, problemsOf } from "../../project/project-folder.ts";

const project = {
  "playbill.yaml": "project: desk\n",
  "assistants/a.yaml": "model: gpt-4o\ntools: [{ function: lookup }]\n",
  "assistants/tools/lookup.yaml": `description: Looks up
parameters: { type: object, properties: { id: { type: string } } }
`,
  "scenarios/m.ts": "export default () => 1;\n",
};
const declared = "world: { orders: { A: { status: late } }, tags: [x], refunds: [] }";

/** What is wrong with a scenario whose third line is `tools` and whose sixth is `expect`; places without the file. */
async function faultsOf(tools: string, expectations = "{ reply: { contains: x } }", world = declared): Promise<string> {
  const yaml = `assistant: a\n${world}\n${tools}\nturns:\n  - user: hi\n    expect: ${expectations}\n`;
  const problems = await problemsOf({ ...project, "scenarios/s.yaml": yaml });
  return problems.map((each) => brief(each).replace("scenarios/s.yaml:", "")).join(", ");
}

test.each([
  [
    "paths that are there",
    '{ set: { "orders[args.id].status": x }, append: { refunds: 1 }, remove: [orders.A, "tags[0]"]',
    "",
  ],
  ["a mistyped name", '{ set: { "orders[args.id].statsu": x }', "unknown_name 3:28"],
  ["a mistyped root", '{ set: { "order[args.id]": x }', "unknown_name 3:28"],
  ["new keys in brackets", `{ set: { "orders[args.id]": { status: new }, "orders.A['note']": x }`, ""],
  ["a new key written as a name", "{ set: { orders.B: x }", "unknown_name 3:28"],
  ["removing what is never there", "{ remove: [tag]", "unknown_name 3:30"],
  ["appending to no list", '{ append: { "orders.A": x }', "wrong_type 3:31"],
  ["a name in brackets that nobody has", '{ remove: "orders[arg.id]"', "unknown_name 3:29"],
  ["what is no path", '{ set: { "orders[": x }', "bad_expression 3:28"],
  ["a path that begins with world", '{ set: { "world.orders.A": x }', "unknown_name 3:28"],
  ["a value that reads what is not there", '{ append: { refunds: "${{ world.order }}" }', "unknown_name 3:51"],
  ["a value that reads what is put there", '{ append: { refunds: { of: "${{ world.refunds[0].of }}" } }', ""],
  [
    "one that reads what nobody puts there",
    '{ append: { refunds: { of: "${{ world.refunds[0].off }}" } }',
    "unknown_name 3:68",
  ],
  ["a condition that reads what is not there", "{ when: world.orders.B.status == 'x'", "unknown_name 3:40"],
  ["a condition in a template", '{ when: "${{ args.id in world.orders }}"', "bad_expression 3:27"],
])("%s", async (_, rule, expected) => {
  expect(await faultsOf(`tools: { lookup: [${rule}, return: 1 }] }`)).toBe(expected);
});

test.each([
  ["a part of it", "{ world: { orders: { A: { status: x } }, refunds: [] } }", ""],
  ["a mistyped key", "{ world: { orders: { A: { statsu: x } } } }", "unknown_name 6:39"],
  ["one that must not be there", "{ world: { orders: { B: { $exists: false } } } }", ""],
  ["nothing of it", "{ world: {} }", "never_fails 6:22"],
  ["a bad matcher", "{ world: { refunds: { $lenght: 1 } } }", "bad_matcher 6:35"],
  ["a check that reads what is not there", "{ check: world.orders.B == 1 }", "unknown_name 6:35"],
  ["a check of what may be there", "{ check: has(world.orders.B) }", ""],
])("%s is expected of a world", async (_, expectations, expected) => {
  expect(await faultsOf("tools: { lookup: [{ return: 1 }] }", expectations)).toBe(expected);
});

test("a module may put anything anywhere", async () => {
  expect(
    await faultsOf("tools: { lookup: [{ module: ./m.ts }] }", "{ world: { anything: 1 }, check: world.any == 1 }"),
  ).toBe("");
});

test("where a scenario declares none, nothing of it can be read, changed or expected", async () => {
  const tools = "tools: { lookup: [{ set: { x: '${{ world.y }}' }, return: 1 }] }";
  expect(await faultsOf(tools, "{ world: { x: 1 } }", "tags: []")).toBe(
    "unknown_name 3:28, unknown_name 3:36, never_holds 6:15",
  );
});

test("the model knows nothing of it, and a key that expect.world has is none of the world", async () => {
  const yaml = `assistant: a
world: { severity: 1 }
turns:
  - user: hi
    script: [{ say: "\${{ world.severity }}" }]
    expect: { reply: { contains: x } }
`;
  const problems = await problemsOf({ ...project, "scenarios/s.yaml": yaml });
  expect(problems.map(brief)).toEqual(["unknown_key scenarios/s.yaml:2:10", "unknown_name scenarios/s.yaml:5:26"]);
  expect(problems[1]?.hint).toContain("that tools return");
});

const shared = `tools:
  lookup:
    - { set: { "orders[args.id].status": x }, return: "\${{ world.orders[args.id].total }} \${{ vars.note }}" }
`;
const asked = "turns: [{ user: hi, expect: { reply: { contains: x } } }]\n";

test.each([
  ["what one scenario has", { a: "world: { orders: { A: { status: a, total: 1 } } }\nvars: { note: x }\n", b: "" }, []],
  [
    "what none of them has",
    {
      a: "world: { orders: { A: { status: a, totl: 1 } } }\nvars: { notes: x }\n",
      b: "world: { orders: { A: { status: a } } }\n",
    },
    ["unknown_name scenarios/defaults.yaml:3:82", "unknown_name scenarios/defaults.yaml:3:95"],
  ],
  [
    "what a scenario with a stub of its own has",
    {
      a: "world: { orders: { A: { status: a, total: 1 } } }\nvars: { note: x }\ntools: { lookup: [{ return: 1 }] }\n",
      b: "vars: { note: x }\n",
    },
    ["unknown_name scenarios/defaults.yaml:3:16", "unknown_name scenarios/defaults.yaml:3:60"],
  ],
])("a stub of a whole folder may read %s", async (_, scenarios, expected) => {
  const files = Object.entries(scenarios).map(([name, yaml]) => [
    `scenarios/${name}.yaml`,
    `assistant: a\n${yaml}${asked}`,
  ]);
  const problems = await problemsOf({
    ...project,
    ...(Object.fromEntries(files) as Record<string, string>),
    "scenarios/defaults.yaml": shared,
  });
  expect(problems.map(brief).toSorted()).toEqual(expected);
});
