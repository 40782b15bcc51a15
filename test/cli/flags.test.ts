import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

test.each([
  [["test", "-j", "0"], "expected at least 1"],
  [["test", "-j", "many"], "expected a whole number"],
  [["init", "--ci-shards", "-1"], "expected at least 1"],
  [["serve", "--port", "-1"], "expected at least 0"],
  [["test", "--shard", "4/3"], "from 1/3 to 3/3"],
  [["test", "--shard", "1/0"], "from 1/5 to 5/5"],
  [["test", "--resume", "last", "--affected"], "cannot be used with"],
  [["test", "--resume", "last", "--against", "main"], "cannot be used with"],
  [["test", "--resume", "last", "--replay"], "cannot be used with"],
  [["test", "--against", "main", "--last-failed"], "cannot be used with"],
  [["test", "--against", "main", "--affected"], "cannot be used with"],
  [["serve", "--port", "65536"], "expected at most 65535"],
])("%j is refused", async (argv, words) => {
  await using folder = await temporaryFolder();
  const { exitCode, stderr } = await run(folder.path, argv);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(words);
});

test.each([
  ["desk", "cd desk\n"],
  ["Büro/東京", "cd Büro/東京\n"],
  ["two words", 'cd "two words"\n'],
])("init %s says how to get there", async (name, line) => {
  await using folder = await temporaryFolder();
  const { stdout } = await run(folder.path, ["init", name]);
  expect(stdout).toContain(`  ${line}`);
});
