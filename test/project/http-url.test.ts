import { expect, test } from "vitest";
import { isHttpUrl } from "../../src/project/http-url.ts";

test.each([
  ["https://proxy.example/openai/v1", true],
  ["http://127.0.0.1:8787/v1", true],
  ["HTTP://[::1]:80", true],
  ["http:/x", false],
  ["http:x", false],
  ["http://", false],
  ["http:///v1", false],
  ["http://?x", false],
  ["https://a:port/v1", false],
  ["ftp://proxy.example", false],
  ["proxy.example/v1", false],
  ["sk-secret", false],
  ["", false],
])("%j: %s", (text, is) => {
  expect(isHttpUrl(text)).toBe(is);
});
