import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

const files: Record<string, string> = {
  "playbill.yaml": "project: desk\n",
  "assistants/desk.yaml": `model: gpt-4o-mini
description: Answers.
instructions: [{ file: ./desk.md }]
tools: [{ function: lookup }, { file_search: { vector_store: handbook } }]
`,
  "assistants/desk.md": "Be kind.\n",
  "assistants/tools/lookup.yaml": "description: Looks up.\nparameters: { type: object }\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./pages/*.md"]\n',
  "assistants/vector_stores/pages/leave.md": "Leave.\n",
  "scenarios/hello.yaml":
    "assistant: desk\nturns: [{ user: hi, script: [{ say: hello }], expect: { reply: { contains: hello } } }]\n",
};

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder.path });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "x");
  return folder;
}

interface Change {
  address: string;
  change: string;
  parts: Record<string, [string | null, string | null]>;
}

async function differing({ path }: TemporaryFolder, ...sides: string[]): Promise<Record<string, string[]>> {
  const { stdout, stderr } = await run(path, ["fingerprint", "--json", "--diff", ...sides]);
  if (stdout === "") throw new Error(stderr);
  const { changes } = JSON.parse(stdout) as { changes: Change[] };
  return Object.fromEntries(changes.map(({ address, parts }) => [address, Object.keys(parts)]));
}

test("each part of what decides a test is named, and what does not is not", async () => {
  await using folder = await project();
  const edits: [file: string, text: string, Record<string, string[]>][] = [
    ["assistants/desk.md", "Be rude.\n", { "assistant.desk": ["instructions"] }],
    ["assistants/desk.yaml", files["assistants/desk.yaml"]!.replace("Answers.", "Replies."), {}],
    [
      "assistants/tools/lookup.yaml",
      "description: Finds.\nparameters: { type: object }\n",
      { "assistant.desk": ["tools.lookup"], "tool.lookup": ["description"] },
    ],
    [
      "assistants/vector_stores/pages/leave.md",
      "No leave.\n",
      {
        "assistant.desk": ["tools.file_search"],
        "file.assistants/vector_stores/pages/leave.md": ["content"],
        "vector_store.handbook": ["content"],
      },
    ],
    [
      "scenarios/hello.yaml",
      files["scenarios/hello.yaml"]!.replace("contains", "matches"),
      { "scenario.hello": ["expect"] },
    ],
  ];
  for (const [file, text, found] of edits) {
    await folder.write(file, text);
    expect(await differing(folder, "main", "."), file).toEqual(found);
    await folder.write(file, files[file]!);
  }
  expect(await differing(folder, "HEAD")).toEqual({});
});

test("what was run and what was tested are sides too, of what they tell of", async () => {
  await using folder = await project();
  await run(folder.path, ["test"]);
  await folder.write("assistants/desk.md", "Be rude.\n");
  await folder.write("assistants/new.yaml", "model: gpt-4o-mini\n");
  const [file = ""] = await readdir(join(folder.path, ".playbill/local.evidence"));
  for (const side of ["last", file.slice(0, 16)])
    expect(await differing(folder, side, "."), side).toEqual({ "assistant.desk": ["instructions"] });
  const explained = await run(folder.path, ["fingerprint", "assistant.desk"]);
  expect(explained.stdout).toContain("instructions");
  expect(explained.stdout).not.toContain(file.slice(0, 16));
  await folder.write("assistants/desk.md", files["assistants/desk.md"]!);
  expect((await run(folder.path, ["fingerprint", "assistant.desk"])).stdout).toContain(file.slice(0, 16));
});

test("what leads nowhere is reported", async () => {
  await using folder = await project();
  expect(await run(folder.path, ["fingerprint", "asistant.desk"])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("Did you mean assistant.desk?") as string,
  });
  for (const argv of [
    ["--diff", "nope"],
    ["--diff", "a", "b", "c"],
    ["tool.nope", "--diff", "main"],
  ])
    expect(await run(folder.path, ["fingerprint", ...argv])).toMatchObject({ exitCode: 4 });
});
