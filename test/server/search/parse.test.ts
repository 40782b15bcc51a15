import { strToU8, zipSync } from "fflate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../../src/server/search/parse/parse.ts";
import { Unparsable } from "../../../src/server/search/parse/unparsable.ts";
import { docx, pdf, pptx } from "./documents.ts";

const utf8 = (text: string) => Buffer.from(text, "utf8");
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const mark = (...bytes: number[]) => Buffer.from(bytes);

const listed = "c cpp cs css csv go java js json md php py rb sh tex ts txt".split(" ");

describe("text", () => {
  test.each(listed)("a .%s file is its own text", async (extension) => {
    expect(await parseFile(`notes.${extension}`, utf8("a < b, ünï\n"))).toBe("a < b, ünï\n");
  });
  test.each([
    ["utf-8 with a mark", Buffer.concat([mark(0xef, 0xbb, 0xbf), utf8("häß")])],
    ["utf-16 little-endian with a mark", Buffer.concat([mark(0xff, 0xfe), Buffer.from("häß", "utf16le")])],
    ["utf-16 big-endian with a mark", Buffer.concat([mark(0xfe, 0xff), utf16be("häß")])],
    ["utf-16 little-endian", Buffer.from("häß", "utf16le")],
    ["utf-16 big-endian", utf16be("häß")],
  ])("%s is understood", async (_, bytes) => {
    expect(await parseFile("notes.txt", bytes)).toBe("häß");
  });
  test.each(["Makefile", "config.yaml", "LICENSE", "server.log"])(
    "%s, which promises nothing, is text by its bytes",
    async (name) => {
      expect(await parseFile(name, utf8("all: test"))).toBe("all: test");
    },
  );
});

describe("documents", () => {
  test("HTML is what its reader sees", async () => {
    const page = `<!doctype html><title>Returns</title><style>p{}</style><script>let x = "<p>no</p>"</script>
      <h1>Return&nbsp;policy</h1><p>Within <b>30</b>
      days.<ul><li>Unworn<li>With receipt</ul><table><tr><td>A<td>B</table><pre>  kept
    as is</pre><img alt="a map">`;
    expect(await parseFile("page.HTML", utf8(page))).toBe(
      "Returns\nReturn policy\nWithin 30 days.\nUnworn\nWith receipt\nA B\n  kept\n    as is\na map",
    );
  });
  test("PDF, by its name or by its first bytes", async () => {
    const bytes = pdf("Refunds take (5) days.", "Second page");
    expect(await parseFile("policy.pdf", bytes)).toBe("Refunds take (5) days.\n\nSecond page");
    expect(await parseFile("policy", bytes)).toContain("Second page");
  });
  test("Word", async () => {
    expect(await parseFile("policy.docx", docx("Refunds & returns", "1 < 2"))).toBe("Refunds & returns\n1 < 2");
  });
  test("Word, with tables, tabs, notes and what a text box repeats", async () => {
    const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
    const document = `<w:document><w:tbl><w:tr><w:tc><w:p>${run("left")}</w:p></w:tc><w:tc><w:p>${run("right")}</w:p></w:tc></w:tr></w:tbl>
      <w:p>${run("a")}<w:tab/>${run("b")}<w:instrText>PAGE</w:instrText></w:p>
      <mc:AlternateContent><mc:Choice><w:p>${run("box")}</w:p></mc:Choice><mc:Fallback><w:p>${run("box")}</w:p></mc:Fallback></mc:AlternateContent></w:document>`;
    const notes = `<w:footnotes><w:p>${run("a note")}</w:p></w:footnotes>`;
    const bytes = zipSync({ "word/footnotes.xml": strToU8(notes), "word/document.xml": strToU8(document) });
    const text = await parseFile("policy.docx", bytes);
    expect(text.replaceAll(/\s+/g, " ")).toBe("left right a b box a note");
  });
  test.each([
    ["a.docx", zipSync({ "word/document.xml": strToU8(`${"<w:p>".repeat(300_000)}<w:t>deep</w:t>`) })],
    ["a.pptx", zipSync({ "ppt/slides/slide1.xml": strToU8(`${"<a:p>".repeat(300_000)}<a:t>deep</a:t>`) })],
    ["a.html", utf8(`${"<div>".repeat(300_000)}deep${"</i>".repeat(300_000)}`)],
  ])(
    "%s is read in time that grows with its length alone, however deep it is nested",
    { timeout: 10_000 },
    async (name, bytes) => {
      expect((await parseFile(name, bytes)).trim()).toBe("deep");
    },
  );
  test("a tag that nothing opened closes nothing", async () => {
    const page = "</svg></pre></script>a <svg>no</svg>b<pre> c</pre><img alt='x &amp; y' alt=z><p>d";
    expect(await parseFile("a.html", utf8(page))).toBe("a b\n c\nx & y\nd");
  });
  test("a presentation, its slides in order", async () => {
    const slides = Array.from({ length: 11 }, (_, index) => `slide ${index + 1}`);
    expect(await parseFile("talk.pptx", pptx(...slides))).toBe(slides.join("\n\n"));
  });
});

describe("what is not text", () => {
  test.each([
    ["photo.png", mark(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), "unsupported_file"],
    ["old.doc", mark(0xd0, 0xcf, 0x11, 0xe0, 0, 0), "unsupported_file"],
    ["latin.txt", mark(0x68, 0xe4, 0xdf), "invalid_file"],
    ["binary.txt", mark(0x68, 0, 0, 0, 7), "invalid_file"],
    ["empty.txt", mark(), "invalid_file"],
    ["blank.md", utf8(" \n\t "), "invalid_file"],
    ["blank.pdf", pdf(""), "invalid_file"],
    ["broken.pdf", utf8("%PDF-1.4 and then nothing"), "invalid_file"],
    ["broken.docx", utf8("PK but no archive"), "invalid_file"],
    ["cut.docx", docx("cut off").subarray(0, 60), "invalid_file"],
    ["other.docx", pptx("a presentation"), "invalid_file"],
    ["silent.html", utf8("<script>only()</script>"), "invalid_file"],
  ])("%s is refused", async (name, bytes, code) => {
    await expect(parseFile(name, bytes)).rejects.toMatchObject({ name: "Unparsable", code });
  });
  test("an archive that claims to unpack to more than a document is not unpacked", async () => {
    const bytes = Buffer.from(docx("x".repeat(1000)));
    const directory = bytes.lastIndexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    bytes.writeUInt32LE(0x7fffffff, directory + 24);
    await expect(parseFile("bomb.docx", bytes)).rejects.toThrow("too large");
  });
  test("whatever the bytes, there is a text or a reason", async () => {
    const name = fc.constantFrom("a.txt", "a.html", "a.pdf", "a.docx", "a.pptx", "a.doc", "a", "a.b.c");
    const seed = fc.constantFrom(pdf("some text"), docx("some text"), utf8("<p>some <b>text"), Buffer.alloc(0));
    const damage = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(name, seed, damage, fc.nat(600), async (filename, whole, changes, length) => {
        const bytes = Uint8Array.from(whole.subarray(0, length));
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        const text = await parseFile(filename, bytes).catch((error: unknown) => {
          if (error instanceof Unparsable) return "a reason";
          throw error;
        });
        expect(text.trim()).not.toBe("");
      }),
      { seed: 7, numRuns: 150 },
    );
  });
});
