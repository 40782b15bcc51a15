import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const sheet = readFileSync(join(import.meta.dirname, "../../src/page/tokens.css"), "utf8");
const [light = {}, system = {}, dark = {}] = [...sheet.matchAll(/\{([^{}]*)\}/g)].map(([, block = ""]) =>
  Object.fromEntries([...block.matchAll(/--(\w+): (#[0-9a-f]+);/g)].map(([, name = "", value = ""]) => [name, value])),
);

/** The relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const digits = colour.slice(1);
  const full = digits.length === 3 ? digits.replaceAll(/./g, "$&$&") : digits;
  const [red = 0, green = 0, blue = 0] = (full.match(/../g) ?? []).map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["bg", "raised", "sunk"];
const texts = ["text", "dim", "pass", "fail", "flaky", "errored", "link"];

test("dark is the same whether it is chosen or the system's", () => {
  expect(dark).toEqual(system);
  expect(Object.keys(dark)).toEqual(Object.keys(light));
});

test.each([
  ["light", light],
  ["dark", dark],
])("every text of the %s theme can be read on every ground, and every line seen", (_theme, colours) => {
  for (const ground of grounds) {
    for (const text of texts) {
      expect(contrast(colours[text] ?? "", colours[ground] ?? ""), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(contrast(colours["line"] ?? "", colours["bg"] ?? "")).toBeGreaterThanOrEqual(3);
  for (const change of ["ins", "del"]) {
    expect(contrast(colours["text"] ?? "", colours[change] ?? ""), `text on ${change}`).toBeGreaterThanOrEqual(4.5);
  }
});
