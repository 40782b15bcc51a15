import { expect, test } from "vitest";
import { canonicalJson } from "../../../src/kit/json.ts";
import { desiredWithKnowledge } from "../../../src/project/desired.ts";
import { loadProject } from "../../../src/project/load.ts";
import type { Project } from "../../../src/project/project.ts";
import { expandAll } from "../../../src/api/expansion.ts";
import { resolveTarget } from "../../../src/project/resolve-target.ts";
import { mutantsOf, type MutantChoice } from "../../../src/scenarios/mutation/mutants.ts";
import type { Mutant } from "../../../src/scenarios/mutation/mutant.ts";
import { scenarioSide } from "../../../src/scenarios/rules/rules.ts";
import type { Scenario } from "../../../src/scenarios/scenario.ts";
import { schemaFaults } from "../../../src/schema/json-schema.ts";
import { temporaryFolder } from "../../cli/run.ts";

const files: Record<string, string> = {
  "playbill.yaml":
    "project: shop\ntargets: { local: { api: assistants, server: embedded, model: script } }\ndefault_target: local\n",
  "assistants/support.yaml": `model: gpt-4o
instructions: [{ file: ./support.md }, { file: ./shared.md }, "Never guess. Answer in 2 sentences."]
tools: [{ function: order }, code_interpreter, { file_search: { vector_store: handbook } }]
`,
  "assistants/sales.yaml": "model: gpt-4o\ninstructions: { file: ./shared.md }\ntools: [{ function: order }]\n",
  "assistants/support.md": "# Support\n\nBe kind.\n\n- Always greet.\n- You must ask for the order.\n",
  "assistants/shared.md": "Only speak of the shop.\n",
  "assistants/tools/order.yaml":
    "parameters: { type: object, properties: { id: { type: string }, deep: { type: boolean } }, required: [id] }\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./*.md"]\n',
  "assistants/vector_stores/a.md": "Late.\n",
  "assistants/vector_stores/b.md": "Lost.\n",
  "scenarios/late.yaml": `assistant: support
matrix: { axes: { n: [1, 2] } }
tools:
  order: [{ when: { id: A }, return: { status: late, days: 3 } }, { error: no such order }, { return: { at: "\${{ args.id }}" } }]
  "*": [{ error: not in this scenario }]
turns: [{ user: "Hi \${{ matrix.n }}", script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]
`,
  "scenarios/sale.yaml":
    "assistant: sales\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n",
};

const everything: MutantChoice = { only: [], max: null, seed: 1, smaller: "gpt-small" };

async function shop(work: (project: Project, scenarios: Scenario[]) => void): Promise<void> {
  await using folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  const { project, problems } = await loadProject(folder.path, {}, scenarioSide);
  if (project === null) throw new Error(JSON.stringify(problems));
  work(project, expandAll(project, resolveTarget(project, undefined, {})));
}

const line = ({ kind, place: { file, line }, before, after }: Mutant) =>
  `${kind} ${file}:${line} ${before} => ${after}`;

test("the mutants of a project", () =>
  shop((project, scenarios) => {
    expect(mutantsOf(project, scenarios, everything).map(line)).toEqual([
      "paragraph assistants/shared.md:1 Only speak of the shop. => ",
      "paragraph assistants/support.md:3 Be kind. => ",
      "paragraph assistants/support.md:5 - Always greet. => ",
      "paragraph assistants/support.md:6 - You must ask for the order. => ",
      "paragraph assistants/support.yaml:2 Never guess. Answer in 2 sentences. => ",
      "rule assistants/shared.md:1 Only speak of the shop. => speak of the shop.",
      "rule assistants/support.md:5 - Always greet. => - Usually greet.",
      "rule assistants/support.md:6 - You must ask for the order. => - You may ask for the order.",
      "rule assistants/support.yaml:2 Never guess. Answer in 2 sentences. => Try not to guess. Answer in 2 sentences.",
      "rule assistants/support.yaml:2 Never guess. Answer in 2 sentences. => Never guess. Answer in 4 sentences.",
      "argument assistants/tools/order.yaml:1 id => id_2",
      "argument assistants/tools/order.yaml:1 deep => deep_2",
      "tool assistants/sales.yaml:3 order => ",
      "tool assistants/support.yaml:3 order => ",
      "tool assistants/support.yaml:3 code_interpreter => ",
      "tool assistants/support.yaml:3 file_search => ",
      "file assistants/vector_stores/handbook.yaml:1 assistants/vector_stores/a.md => ",
      "file assistants/vector_stores/handbook.yaml:1 assistants/vector_stores/b.md => ",
      "model assistants/sales.yaml:1 gpt-4o => gpt-small",
      "model assistants/support.yaml:1 gpt-4o => gpt-small",
      'stub scenarios/late.yaml:4 status: "late" => status: "changed"',
      "stub scenarios/late.yaml:4 days: 3 => days: 4",
      'stub scenarios/late.yaml:4 error: "no such order" => error: "changed"',
      'stub scenarios/late.yaml:4 return: {"at":"${{ args.id }}"} => error: "changed"',
    ]);
  }));

/** What the target would be told of everything, a line each. */
function toldOf(project: Project): string[] {
  const config = resolveTarget(project, undefined, {});
  return desiredWithKnowledge(project, config, project.assistants.keys()).flatMap(({ address, spec }) =>
    Object.entries(spec).flatMap(([field, value]) =>
      field === "tools"
        ? (value as unknown[]).map((tool) => `${address} ${canonicalJson(tool)}`)
        : [`${address} ${field} ${canonicalJson(value)}`],
    ),
  );
}

test("law: a mutant is valid, and what the target gets for each of its assistants differs in exactly one place", () =>
  shop((project, scenarios) => {
    const before = toldOf(project);
    for (const mutant of mutantsOf(project, scenarios, everything)) {
      if (mutant.change.kind !== "project") continue;
      const changed = mutant.change.apply(project);
      for (const { value } of changed.tools.values()) expect(schemaFaults(value.parameters)).toBeNull();
      const after = toldOf(changed);
      // What nothing refers to any more is not told of either.
      const gone = before.filter(
        (each) => !after.includes(each) && each.startsWith(mutant.kind === "file" ? "vector_store." : "assistant."),
      );
      const places = mutant.kind === "file" ? 1 : mutant.assistants.length;
      expect([line(mutant), gone.length]).toEqual([line(mutant), places]);
      expect(after.filter((each) => !before.includes(each)).length).toBe(mutant.kind === "tool" ? 0 : places);
    }
  }));

test("law: a changed stub is one rule of the scenarios that have it, and everything else stays", () =>
  shop((project, scenarios) => {
    const rules = (all: readonly Scenario[]) =>
      all.map(({ stubs }) => [...stubs.values()].flat().map(({ answer }) => canonicalJson(answer)));
    const before = rules(scenarios);
    for (const { change, kind, assistants } of mutantsOf(project, scenarios, everything)) {
      if (change.kind !== "scenario") continue;
      expect([kind, assistants]).toEqual(["stub", ["support"]]);
      const after = rules(scenarios.map(change.apply));
      const changed = after.map((each, index) => each.filter((rule, at) => rule !== before[index]?.[at]).length);
      expect(changed).toEqual(scenarios.map(({ baseId }) => (baseId === "late" ? 1 : 0)));
    }
  }));

test("law: the same seed chooses the same mutants, in the order of all; another seed chooses others", () =>
  shop((project, scenarios) => {
    const all = mutantsOf(project, scenarios, everything).map(line);
    const chosen = (seed: number) => mutantsOf(project, scenarios, { ...everything, max: 5, seed }).map(line);
    const bySeed = [1, 2, 3, 4, 5].map(chosen);
    for (const [index, each] of bySeed.entries()) {
      expect(each).toHaveLength(5);
      expect(each).toEqual(all.filter((one) => each.includes(one)));
      expect(chosen(index + 1)).toEqual(each);
    }
    expect(new Set(bySeed.map(String)).size).toBeGreaterThan(1);
    expect(mutantsOf(project, scenarios, { ...everything, max: 1_000 }).map(line)).toEqual(all);
  }));

test("what was chosen is of the kinds that were asked for; an assistant without a scenario is left alone", () =>
  shop((project, scenarios) => {
    const only = mutantsOf(project, scenarios, { ...everything, only: ["tool"] });
    expect(new Set(only.map(({ kind }) => kind))).toEqual(new Set(["tool"]));
    const ofSales = mutantsOf(
      project,
      scenarios.filter(({ assistant }) => assistant === "sales"),
      everything,
    );
    expect(ofSales.every(({ assistants }) => assistants.includes("sales"))).toBe(true);
  }));
