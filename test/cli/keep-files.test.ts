import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepingFiles } from "../../src/cli/test/keep-files.ts";
import { createSecrets } from "../../src/kit/secrets.ts";
import { temporaryFolder } from "./run.ts";

test("a file with a secret in it is not kept", async () => {
  await using folder = await temporaryFolder();
  const secrets = createSecrets();
  secrets.add("teal-otter-19-key");
  const keep = keepingFiles(secrets, join(folder.path, "attachments"));
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  expect(await keep(bytesOf("id,key\n1,teal-otter-19-key\n"))).toBeNull();
  const kept = await keep(bytesOf("id,key\n1,none\n"));
  expect(await readdir(join(folder.path, "attachments"))).toEqual([kept?.sha256]);
});
