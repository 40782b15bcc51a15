import fc from "fast-check";
import { expect, test } from "vitest";
import { markedNodes, type MarkedNode } from "../../../src/page/scenario/markdown.ts";

const shown = (nodes: readonly MarkedNode[]): string =>
  nodes
    .map((node) => (typeof node === "string" ? node : `<${node.tag}>${shown(node.children)}</${node.tag}>`))
    .join("");

test.each([
  ["emphasis", "It is **late**.", "<p>It is <strong>late</strong>.</p>"],
  ["a list", "- a\n- `b`", "<ul><li>a</li><li><code>b</code></li></ul>"],
  [
    "a table",
    "|a|b|\n|-|-|\n|1|2|",
    "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
  ],
  ["a link shows where it leads", "[bank](https://evil.example)", "<p>bank (<code>https://evil.example</code>)</p>"],
  ["a bare link is written once", "<https://a.example>", "<p>https://a.example</p>"],
  ["an image is not loaded", "![cat](https://a.example/x.png)", "<p>cat (<code>https://a.example/x.png</code>)</p>"],
  ["a script as a link", "[x](javascript:alert(1))", "<p>x (<code>javascript:alert(1)</code>)</p>"],
  ["HTML stays text", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ["HTML in a line stays text", "a <b>c</b> &amp; d", "<p>a <b>c</b> &amp; d</p>"],
  ["code", "```js\nlet a = '<b>';\n```", "<pre><code>let a = '<b>';</code></pre>"],
])("%s", (_, text, expected) => {
  expect(shown(markedNodes(text) ?? [])).toBe(expected);
});

test("a text that is nested too deeply, or too long, is not read", () => {
  expect(markedNodes("a".repeat(100_000))).toBeNull();
  expect(markedNodes("> ".repeat(30_000))).toBeNull();
});

test("every word of a text is still there, whatever it is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("cat", "**dog**", "\n\n", "- ", "> ", "`x1`", "<b>", " "), { maxLength: 30 }),
      (parts) => {
        const text = shown(markedNodes(parts.join("")) ?? []);
        const count = (of: string, word: string) => of.split(word).length;
        for (const word of ["cat", "dog", "x1"]) expect(count(text, word)).toBe(count(parts.join(""), word));
      },
    ),
  );
});
