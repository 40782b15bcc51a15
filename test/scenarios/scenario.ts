import { parseYaml } from "../../src/project/yaml.ts";
import type { Declared } from "../../src/project/project.ts";
import type { WrittenScenario } from "../../src/project/schemas/scenario/file.ts";
import { checkSchema } from "../../src/project/schema-check.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { Scenario } from "../../src/scenarios/scenario.ts";
import { scenarioSchema } from "../../src/scenarios/schema.ts";
import { subjects } from "../../src/scenarios/subjects/table.ts";
import type { CallRecord, TurnRecord, RunRecord } from "../../src/scenarios/record/record.ts";
import { expand, type ExpandContext } from "../../src/scenarios/read/expand.ts";

const schema = JSON.parse(JSON.stringify(scenarioSchema(subjects))) as Schema;
export const bareContext: ExpandContext = { projectVars: {}, targetVars: {}, texts: new Map() };

/** A scenario file as the loader gives it. */
export function declare(yaml: string, name = "test"): Declared<WrittenScenario> {
  const file = `scenarios/${name}.yaml`;
  const { value, problems, place } = parseYaml(file, yaml);
  const findings = checkSchema(schema, value);
  if (problems.length + findings.length > 0) throw new Error(JSON.stringify([...problems, ...findings]));
  return { address: `scenario.${name}`, name, file, value: value as WrittenScenario, place };
}

/** The only scenario that a file stands for. */
export function scenario(yaml: string, context: Partial<ExpandContext> = {}): Scenario {
  const [only, ...more] = expand(declare(yaml), { ...bareContext, ...context });
  if (only === undefined || more.length > 0) throw new Error("the file stands for more than one scenario");
  return only;
}

/** A scenario of one turn with these expectations, in YAML's flow style. */
export function expecting(expectations: string, more = ""): Scenario {
  return scenario(`assistant: a\nturns:\n  - user: hi\n    expect: ${expectations}\n${more}`);
}

/** A turn that was completed. */
export function turn(fields: Partial<TurnRecord> & { reply?: string } = {}): TurnRecord {
  const { reply, ...rest } = fields;
  return {
    number: 1,
    id: null,
    user: "hi",
    events: [],
    calls: [],
    code: [],
    messages: reply === undefined ? [] : [{ text: reply, citations: [], files: [] }],
    valid: true,
    status: "completed",
    error: null,
    reason: null,
    usage: null,
    model: null,
    cost: null,
    time: { total: 100, first_token: 50, waited: 0 },
    saved: {},
    ...rest,
  };
}

/** A call that was answered with `{}`; its name and arguments, and the round it was asked for in. */
export function call(name: string, args: unknown = {}, round = 1, fields: Partial<CallRecord> = {}): CallRecord {
  return {
    callId: `call_${name}`,
    name,
    arguments: JSON.stringify(args),
    args,
    round,
    outcome: { kind: "result", value: {} },
    findings: [],
    at: 0,
    took: 0,
    ...fields,
  };
}

/** A conversation of these turns. */
export function recordOf(...turns: TurnRecord[]): RunRecord {
  const numbered = turns.map((each, index) => Object.assign({}, each, { number: index + 1 }));
  return { conversation: "thread_1", opening: [], turns: numbered, opinions: {}, problems: [], interrupted: false };
}
