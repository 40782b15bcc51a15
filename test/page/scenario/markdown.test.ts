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
  ["HTML stays text", "<img src=x onerror=alert(1)>", "<p><img src=x onerror=alert(1)></p>"],
  ["HTML in a line stays text", "a <b>c</b> &amp; d", "<p>a <b>c</b> &amp; d</p>"],
  ["titles", "# One\n\nTwo\n---\n### Three #", "<h3>One</h3><h4>Two</h4><h5>Three</h5>"],
  ["a rule", "a\n\n* * *\nb", "<p>a</p><hr></hr><p>b</p>"],
  ["a list in a list", "1. a\n   - b\n   - c\n2. d", "<ol><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>"],
  ["a list with room", "- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"],
  ["a list of things to do", "- [x] a\n- [ ] b", "<ul><li>☑ a</li><li>☐ b</li></ul>"],
  ["a list after a paragraph", "So:\n- a\nmore\n\nEnd", "<p>So:</p><ul><li>a\nmore</li></ul><p>End</p>"],
  ["code in a list", "- a\n  ```\n  x\n  ```", "<ul><li>a<pre><code>x</code></pre></li></ul>"],
  ["a quote", "> a\n> - b\n\nc", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>"],
  ["indented code", "    let a;\n      b;\nc", "<pre><code>let a;\n  b;</code></pre><p>c</p>"],
  ["code that does not end", "~~~\n- a", "<pre><code>- a</code></pre>"],
  [
    "marks in marks",
    "***a*** *b **c** d* ~~e~~",
    "<p><strong><em>a</em></strong> <em>b <strong>c</strong> d</em> <del>e</del></p>",
  ],
  ["one letter", "*a* _b_ **c**", "<p><em>a</em> <em>b</em> <strong>c</strong></p>"],
  ["names with underscores", "get_the_weather 2 * 3 * 4", "<p>get_the_weather 2 * 3 * 4</p>"],
  ["marks that do not end", "**a _b `c [d](e", "<p>**a _b `c [d](e</p>"],
  ["marks that are meant", String.raw`\*a\* \[b\]`, "<p>*a* [b]</p>"],
  ["code with backticks", "`` a`b ``", "<p><code>a`b</code></p>"],
  ["a line break", "a  \nb\nc", "<p>a<br></br>b\nc</p>"],
  ["an address in a text", "See https://a.example/x_y_z.", "<p>See https://a.example/x_y_z.</p>"],
  ["a link with marks", '[**a** b](<x y> "t")', "<p><strong>a</strong> b (<code>x y</code>)</p>"],
  [
    "marks in a table",
    "a | b\n:- | -:\n`1` | x\\|y",
    "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><code>1</code></td><td>x|y</td></tr></tbody></table>",
  ],
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
