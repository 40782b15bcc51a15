import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, parseTemplate } from "../../../src/project/expression.ts";
import { asExpression, fromTemplate, onlyPlaceholder, variable } from "../../../src/scenarios/migrate/template.ts";

const names = fc.constantFrom("a", "b", "in", "with-dash", "x1");
const values = fc.record({
  a: fc.string(),
  b: fc.string(),
  in: fc.string(),
  "with-dash": fc.string(),
  x1: fc.string(),
});
const part = fc.oneof(
  fc.string().filter((text) => !/[{}]/.test(text)),
  fc.constantFrom("${{", "}}", "{ x }", '"'),
  names.map((name) => ({ name })),
);

test("a text means the same as an expression of Playbill, whatever surrounds its placeholders", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), values, (parts, vars) => {
      const text = parts.map((each) => (typeof each === "string" ? each : `{{ ${each.name} }}`)).join("");
      const meant = parts.map((each) => (typeof each === "string" ? each : vars[each.name])).join("");
      // What is around them makes no placeholders of its own.
      fc.pre(!/\{\{[^{}]*\}\}/.test(text.replaceAll(/\{\{ [\w-]+ \}\}/g, "·")) && !text.includes("{{{"));
      const written = fromTemplate(text, variable) ?? "";
      const pieces = parseTemplate(written);
      expect(Array.isArray(pieces)).toBe(true);
      if (!Array.isArray(pieces)) return;
      const shown = pieces
        .map((each) => (each.kind === "text" ? each.text : String(evaluate(each.source, { vars }))))
        .join("");
      expect(shown).toBe(meant);
      expect(evaluate(asExpression(written), { vars })).toBe(meant);
    }),
  );
});

test.each(["{{ a | upper }}", "{% if a %}x{% endif %}", "{# no #}", "{{ f(1) }}", "{{ a + b }}", "{{ }}"])(
  "no text of plain placeholders: %s",
  (text) => {
    expect(fromTemplate(text, variable)).toBe(null);
  },
);

test("paths are taken as they are written", () => {
  expect(fromTemplate("{{item.a.b[0]['c d']}}", ([, ...path]) => variable(path))).toBe('${{ vars.a.b[0]["c d"] }}');
  expect(onlyPlaceholder(" {{ sample.output_text }} ")).toEqual(["sample", "output_text"]);
  expect(onlyPlaceholder("a {{ b }}")).toBe(null);
});
