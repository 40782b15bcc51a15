import { expect, test } from "vitest";
import { sizeText } from "../../src/kit/size.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [12_345, "12.3 kB"],
  [999_949, "999.9 kB"],
  [999_960, "1.0 MB"],
  [4_200_000, "4.2 MB"],
  [512 * 1024 * 1024, "536.9 MB"],
  [7_000_000_000_000, "7000.0 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
