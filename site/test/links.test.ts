import { expect, test } from "vitest";
import { checkLinks } from "../links.ts";

const files = {
  "page.html": `<h1 id="title">Page</h1><img src="pictures/one.png">`,
  "page.md": "# Page",
  "pictures/one.png": "",
};

test.each([
  ["other.html", `<a href="./page.html#title">`],
  ["other.html", `<h2 id="größe"></h2><a href="#gr%C3%B6%C3%9Fe"><a href="https://example.com/a#b">`],
  ["pictures/other.html", `<a href="../page.html">`],
  ["other.md", "[Page](page.md#title) ![One](pictures/one.png) `[code](nowhere.md)`"],
  ["llms.txt", "- [Page](page.md): a page"],
])("a link of %s that leads somewhere: %s", (name, text) => {
  expect(checkLinks(new Map(Object.entries({ ...files, [name]: text })))).toMatchObject({ broken: [] });
});

test.each([
  ["other.html", `<a href="nowhere.html">`, "nowhere.html"],
  ["other.html", `<a href="page.html#nowhere">`, "page.html#nowhere"],
  ["other.html", `<a href="#title">`, "#title"],
  ["other.html", `<img src="one.png">`, "one.png"],
  ["other.html", `<script src="http://example.com/x.js"></script>`, "http://example.com/x.js"],
  ["other.html", `<a href="https://">`, "https://"],
  ["other.md", "[Page](nowhere.md)", "nowhere.md"],
  ["other.md", "[Page](page.md#nowhere)", "page.md#nowhere"],
  ["llms.txt", "- [Page](docs/page.md): a page", "docs/page.md"],
])("a link of %s that leads nowhere: %s", (name, text, link) => {
  expect(checkLinks(new Map(Object.entries({ ...files, [name]: text })))).toMatchObject({
    broken: [`${name}: ${link}`],
  });
});
