import { expect, test } from "vitest";
import { dollarsText } from "../../src/kit/dollars.ts";

test.each([
  [0, "$0.00"],
  [12.3456, "$12.35"],
  [0.5, "$0.50"],
  [0.0123, "$0.0123"],
  [0.012_345_6, "$0.0123"],
  [0.01, "$0.01"],
  [0.000_004, "$0.000004"],
])("%d dollars", (dollars, text) => {
  expect(dollarsText(dollars)).toBe(text);
});
