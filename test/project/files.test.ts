import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { leavesProject, maxFileBytes, openProjectFiles } from "../../src/project/files.ts";
import { brief, folderOf, problemsOf } from "./project-folder.ts";

test.each([
  ["a.md", false],
  ["a/../b.md", false],
  ["..a.md", false],
  ["../a.md", true],
  ["a/../../b.md", true],
  ["/etc/passwd", true],
  ["C:/x", true],
  ["..", true],
])("%s leaves the project: %s", (path, leaves) => {
  expect(leavesProject(path)).toBe(leaves);
});

test("links are followed inside of the project and refused when they lead out of it", () => {
  const outside = folderOf({ "secret.md": "secret" });
  const root = folderOf({ "notes/a.md": "a" });
  symlinkSync(join(outside, "secret.md"), join(root, "file.md"));
  symlinkSync(outside, join(root, "folder"));
  symlinkSync(join(root, "notes"), join(root, "inside"));
  const files = openProjectFiles(root);
  expect(files.read("file.md")).toMatchObject({ code: "outside_project" });
  expect(files.read("folder/secret.md")).toMatchObject({ code: "outside_project" });
  expect(files.find("folder/secret.md")).toMatchObject({ code: "outside_project" });
  expect(files.match("**/*.md").found.map(({ path }) => path)).not.toContain("folder/secret.md");
  expect(files.match("*/*.md").found.map(({ path }) => path)).not.toContain("folder/secret.md");
  expect(files.read("inside/a.md")).toEqual({ kind: "text", text: "a" });
});

test("only text files of a bearable size are read", () => {
  const files = openProjectFiles(
    folderOf({
      big: "x".repeat(maxFileBytes + 1),
      full: "x".repeat(maxFileBytes),
      latin1: Uint8Array.of(0x66, 0xfc),
      "folder/a": "",
      bom: "\ufeffa",
    }),
  );
  expect(files.read("big")).toMatchObject({ code: "file_too_large" });
  expect(files.read("full")).toMatchObject({ kind: "text" });
  expect(files.read("latin1")).toMatchObject({ code: "not_utf8" });
  expect(files.read("folder")).toMatchObject({ code: "not_a_file" });
  expect(files.read("nope")).toMatchObject({ code: "missing_file" });
  expect(files.read("full/nope")).toMatchObject({ code: "missing_file" });
  expect(files.read("bom")).toEqual({ kind: "text", text: "a" });
});

test("files come in the order of their names, wherever the disk puts them", () => {
  const files = openProjectFiles(folderOf({ "b.md": "", "a.md": "", "c/z.md": "", "C.md": "" }));
  expect(files.match("**/*.md").found.map(({ path }) => path)).toEqual(["C.md", "a.md", "b.md", "c/z.md"]);
  expect(files.list(".").map(({ name }) => name)).toEqual(["C.md", "a.md", "b.md", "c"]);
  expect(files.list("nope")).toEqual([]);
});

test("a YAML file that cannot be read is a problem of its own", async () => {
  const problems = await problemsOf({ "assistants/a.yaml": Uint8Array.of(0xff), "assistants/b.yaml": "" });
  expect(problems.map(brief)).toEqual(["not_utf8", "empty_file assistants/b.yaml:1:1"]);
});
