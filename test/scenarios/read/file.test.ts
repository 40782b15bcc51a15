import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../src/problem.ts";
import { cellsOf } from "../../../src/scenarios/read/matrix.ts";
import { scriptOf } from "../../../src/scenarios/scripts.ts";
import { bareContext, declare, scenario } from "../scenario.ts";
import { expand } from "../../../src/scenarios/read/expand.ts";

const turns = "turns: [{ user: hi }]";
const idsOf = (yaml: string) => expand(declare(yaml, "refund"), bareContext).map(({ id }) => id);

describe("a matrix", () => {
  const axes = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,3}$/),
    fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 3 }),
    {
      maxKeys: 3,
    },
  );

  test("has a cell for every combination, each once", () => {
    fc.assert(
      fc.property(axes, (axes) => {
        const cells = cellsOf({ axes }).map((cell) => JSON.stringify(cell.axes));
        expect(cells.length).toBe(Object.values(axes).reduce((product, { length }) => product * length, 1));
        expect(new Set(cells).size).toBe(cells.length);
      }),
    );
  });

  test("loses exactly the cells that are excluded, and gets them back by inclusion", () => {
    fc.assert(
      fc.property(axes, fc.nat(), (axes, nth) => {
        const cells = cellsOf({ axes }).map((cell) => cell.axes);
        const chosen = cells[nth % cells.length] ?? {};
        const without = cellsOf({ axes, exclude: [chosen] }).map((cell) => cell.axes);
        expect(without).toEqual(cells.filter((cell) => cell !== chosen));
        const back = cellsOf({ axes, exclude: [chosen], include: [chosen] }).map((cell) => cell.axes);
        expect(new Set(back.map((cell) => JSON.stringify(cell)))).toEqual(
          new Set(cells.map((cell) => JSON.stringify(cell))),
        );
      }),
    );
  });

  test("names its cells, in the order of the axes", () => {
    const matrix =
      "matrix: { axes: { locale: [en, de], tone: [calm, angry] }, exclude: [{ locale: de, tone: angry }] }";
    expect(idsOf(`assistant: a\n${matrix}\n${turns}`)).toEqual([
      "refund[locale=en,tone=calm]",
      "refund[locale=en,tone=angry]",
      "refund[locale=de,tone=calm]",
    ]);
    expect(idsOf(`assistant: a\nid: money-back\n${turns}`)).toEqual(["money-back"]);
    const coloured = 'matrix: { axes: { said: ["\\e[31mred"] } }';
    expect(idsOf(`assistant: a\n${coloured}\n${turns}`)).toEqual([String.raw`refund[said=\u001b[31mred]`]);
  });

  test("adds what is included to the cells it fits, or a cell of its own", () => {
    const matrix = "matrix: { axes: { locale: [en, de] }, include: [{ locale: en, order: 7 }, { locale: fr }] }";
    const cells = expand(declare(`assistant: a\n${matrix}\n${turns}`), bareContext);
    expect(cells.map(({ scope }) => scope.matrix)).toEqual([
      { locale: "en", order: 7 },
      { locale: "de" },
      { locale: "fr" },
    ]);
    expect(cells[0]?.scope.vars).toEqual({ order: 7 });
  });
});

describe("variables", () => {
  const context = { projectVars: { a: 1, b: 1, c: 1, d: 1 }, targetVars: { b: 2, c: 2, d: 2 } };

  test("later ones win: project, target, scenario, matrix", () => {
    const yaml = `assistant: a\nvars: { c: 3, d: 3 }\nmatrix: { axes: { x: [1] }, include: [{ x: 1, d: 4 }] }\n${turns}`;
    expect(scenario(yaml, context).scope.vars).toEqual({ a: 1, b: 2, c: 3, d: 4 });
  });

  test("of a scenario may read those of the project and the cell", () => {
    const yaml = `assistant: a\nvars: { e: "\${{ vars.a }}-\${{ matrix.x }}" }\nmatrix: { axes: { x: [9] } }\n${turns}`;
    expect(scenario(yaml, context).scope.vars).toMatchObject({ e: "1-9" });
  });

  test("that cannot be evaluated are a problem with the expression's place", () => {
    const yaml = `assistant: a\nvars:\n  e: is \${{ vars.none }}\n${turns}`;
    expect(() => scenario(yaml)).toThrow(ProblemError);
    try {
      scenario(yaml);
    } catch (error) {
      expect((error as ProblemError).problems).toMatchObject([
        { kind: "input", code: "failed_expression", place: { file: "scenarios/test.yaml", line: 3 } },
      ]);
    }
  });
});

describe("a script", () => {
  const yaml = `
assistant: support
vars: { order: A-1 }
thread:
  metadata: { order: "\${{ vars.order }}" }
  messages: [{ user: "Hi, \${{ vars.order }}" }, { assistant: Hello }]
turns:
  - user: My order \${{ vars.order }} (turn \${{ turn.number }}) is late.
    script: [{ say: "Sorry about \${{ vars.order }}" }]
  - id: second
    user: "You said \${{ saved.sum }}, and \${{ tools.lookup.result.id }}!"
`;

  test("has what users say, with holes for what is not known yet", () => {
    expect(scriptOf(scenario(yaml), "Support desk")).toEqual({
      id: "test",
      assistantName: "Support desk",
      opening: ["Hi, A-1"],
      scope: { vars: { order: "A-1" }, matrix: {} },
      turns: [
        { number: 1, user: ["My order A-1 (turn 1) is late."], steps: [{ say: "Sorry about ${{ vars.order }}" }] },
        {
          number: 2,
          id: "second",
          user: ["You said ", { hole: "saved.sum" }, ", and ", { hole: "tools.lookup.result.id" }, "!"],
          steps: null,
        },
      ],
    });
  });

  test("the thread begins with the opening messages and its metadata", () => {
    expect(scenario(yaml).opening).toEqual([
      { role: "user", text: "Hi, A-1" },
      { role: "assistant", text: "Hello" },
    ]);
    const called =
      'messages: [{ call: lookup, with: { id: "${{ vars.order }}" }, result: { ok: true } }, { call: b, result: late }]';
    expect(scenario(yaml.replace(/messages:.*/, called)).opening).toEqual([
      { role: "call", name: "lookup", arguments: '{"id":"A-1"}', output: '{"ok":true}' },
      { role: "call", name: "b", arguments: "{}", output: "late" },
    ]);
    expect(scenario(yaml).metadata).toEqual({ order: "A-1" });
  });
});
