import { expect, test } from "vitest";
import { imageTypeOf } from "../../src/kit/image-type.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (each) => each.codePointAt(0) ?? 0);

test.each([
  ["\u0089PNG\r\n\u001a\n....", "image/png"],
  ["\u00ff\u00d8\u00ff\u00e0..JFIF", "image/jpeg"],
  ["GIF89a..", "image/gif"],
  ["RIFF....WEBPVP8 ", "image/webp"],
  ["RIFF....WAVEfmt ", null],
  ["<svg xmlns='http://www.w3.org/2000/svg'>", null],
  ["<html>\u0089PNG\r\n\u001a\n", null],
  ["", null],
])("%j is %s", (text, type) => {
  expect(imageTypeOf(bytesOf(text))).toBe(type);
});
