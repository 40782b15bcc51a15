import { expect, test } from "vitest";
import { isLeftOut } from "../../src/cli/test/file-changes.ts";
import { unfinishedName } from "../../src/kit/files.ts";

test("temporary files of editors are not a change of the project", () => {
  const made = [".order.yaml.swp", "order.yaml~", "#order.yaml#", ".#order.yaml", "4913", "order.yaml___jb_tmp___"];
  for (const name of [...made, unfinishedName("order.yaml"), ".git", "node_modules"])
    expect(isLeftOut(name)).toBe(true);
  for (const name of ["order.yaml", "new.yaml", "news", "a~b.md", "49131", "tmp"]) expect(isLeftOut(name)).toBe(false);
});
