import { expect, test } from "vitest";
import { type Start, commandToType, typed } from "../../src/cli/invocation.ts";

const project = { cwd: "/nowhere/project", script: "/nowhere/lib/bin.js" };

test.each<[string, Partial<Start>, string]>([
  ["npx", { env: { npm_command: "exec", npm_lifecycle_event: "npx" } }, "npx playbill"],
  ["a script of package.json", { env: { npm_lifecycle_event: "test" } }, "npx playbill"],
  [
    "pnpm exec",
    { env: { npm_command: "exec", npm_config_user_agent: "pnpm/10.1.0 npm/? node/v22" } },
    "pnpm exec playbill",
  ],
  ["yarn", { env: { npm_lifecycle_event: "test", npm_config_user_agent: "yarn/1.22.22 npm/?" } }, "yarn playbill"],
  ["the script named playbill", { env: { npm_lifecycle_event: "playbill" } }, "npm run playbill --"],
  ["node, from the project", { env: {}, script: "/nowhere/project/my tools/bin.js" }, 'node "my tools/bin.js"'],
  ["node, from elsewhere", { env: {} }, "node /nowhere/lib/bin.js"],
])("started by %s", (_, start, command) => {
  expect(commandToType({ env: {}, ...project, ...start })).toBe(command);
});

test.each([
  ["Run `playbill init` to begin.", "Run `npx playbill init` to begin."],
  ["Run npx playbill sync --target x first", "Run npx playbill sync --target x first"],
  [
    "Look into playbill.yaml and .playbill/ of my-playbill here",
    "Look into playbill.yaml and .playbill/ of my-playbill here",
  ],
])("%s", (text, shown) => expect(typed(text, "npx playbill")).toBe(shown));
