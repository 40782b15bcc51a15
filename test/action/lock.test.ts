import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Runner, createRunner } from "./runner.ts";

const lock = ".playbill/locks/prod.json";
const locked = (text: string) => `mkdir -p .playbill/locks; echo '${text}' >${lock}`;
const sync = (runner: Runner, env: Record<string, string> = {}) => runner.step("steps", { COMMAND: "sync", ...env });
const calls = (runner: Runner) => readFile(join(runner.folder.path, "npx.log"), "utf8");

/** As somebody else who pushes while a sync runs: the steps of `npx` that make a commit in another clone. */
const pushMeanwhile = (file: string, text: string) => `
if [ ! -e "$HOME/meanwhile" ]; then
  touch "$HOME/meanwhile"
  git clone --quiet "$HOME/origin.git" "$HOME/meanwhile.work"
  (cd "$HOME/meanwhile.work" && mkdir -p .playbill/locks && echo '${text}' >${file} && git add --all --force &&
    git -c user.name=o -c user.email=o@example.com commit --quiet -m other && git push --quiet origin HEAD:main)
fi`;

const chmodHook = ({ folder }: Runner) => chmod(join(folder.path, "origin.git/hooks/pre-receive"), 0o755);

describe("the lock after a sync", () => {
  test("is pushed, and only the lock", async () => {
    await using runner = await createRunner();
    await runner.npx(`${locked("new")}; echo x >other.txt`);
    const { code, output } = await sync(runner, { PLAN_HASH: "abc", PRUNE: "true", ALLOW_DELETES: "4" });
    expect(code, output).toBe(0);
    expect(await runner.pushed(lock)).toBe("new\n");
    await expect(runner.pushed("other.txt")).rejects.toThrow("other.txt");
    expect(await calls(runner)).toBe("sync --yes --plan-hash abc --prune --allow-deletes 4 --target prod\n");
    expect(await runner.git(runner.folder.path, "-C", "origin.git", "log", "-1", "--format=%an %s", "main")).toBe(
      "github-actions[bot] Record what Playbill synced to prod [skip ci]\n",
    );
  });

  test.each([
    ["nothing is synced", "true", 0],
    ["the sync fails before it did anything", "exit 3", 3],
  ])("stays when %s", async (_what, npx, expected) => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    await runner.npx(npx);
    expect((await sync(runner)).code).toBe(expected);
    expect(await runner.git(join(runner.folder.path, "origin.git"), "rev-list", "--count", "main")).toBe("1\n");
  });

  test("is pushed too when the sync failed half way, and the failure stays one", async () => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    await runner.npx(`${locked("half")}; exit 1`);
    expect((await sync(runner)).code).toBe(1);
    expect(await runner.pushed(lock)).toBe("half\n");
  });

  test("of a sync that was killed is completed before it is pushed", async () => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    const log = ".playbill/prod.log.jsonl";
    await runner.npx(
      `if [ "$1 $2" = "state rebuild" ]; then ${locked("complete")}; rm ${log}; else ${locked("half")}; touch ${log}; exit 137; fi`,
    );
    expect((await sync(runner)).code).toBe(137);
    expect(await runner.pushed(lock)).toBe("complete\n");
  });

  test("of an earlier run is pulled first", async () => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    await runner.pushAsOther({ [lock]: "newer\n", "assistants/b.yaml": "model: m\n" });
    await runner.npx(`grep -q newer ${lock} && [ ! -e assistants/b.yaml ] && ${locked("newest")}`);
    const { code, output } = await sync(runner);
    expect(code, output).toBe(0);
    expect(await runner.pushed(lock)).toBe("newest\n");
    expect(await runner.pushed("assistants/b.yaml")).toBe("model: m\n");
  });

  test("goes on top of what somebody pushed meanwhile", async () => {
    await using runner = await createRunner();
    await runner.npx(`${locked("new")}${pushMeanwhile(".playbill/locks/staging.json", "theirs")}`);
    const { code, output } = await sync(runner);
    expect(code, output).toBe(0);
    expect(await runner.pushed(lock)).toBe("new\n");
    expect(await runner.pushed(".playbill/locks/staging.json")).toBe("theirs\n");
  });

  test("is tried again when the push is refused", async () => {
    await using runner = await createRunner();
    await runner.npx(locked("new"));
    const hook = 'if [ ! -e refused ]; then touch refused; echo "no, not now" >&2; exit 1; fi\n';
    await runner.folder.write("origin.git/hooks/pre-receive", `#!/bin/sh\n${hook}`);
    await chmodHook(runner);
    const { code, output } = await sync(runner);
    expect(code, output).toBe(0);
    expect(output).toContain("attempt 1 of 5");
    expect(await runner.pushed(lock)).toBe("new\n");
  });

  test("that cannot be pushed at all fails the job, and says what to do", async () => {
    await using runner = await createRunner();
    await runner.npx(locked("new"));
    await runner.folder.write("origin.git/hooks/pre-receive", "#!/bin/sh\nexit 1\n");
    await chmodHook(runner);
    const { code, output } = await sync(runner);
    expect(code).toBe(1);
    expect(output).toContain(`::error::${lock} could not be pushed to main.`);
  });

  test("is made again when somebody else changed it meanwhile", async () => {
    await using runner = await createRunner({ files: { [lock]: "old\n" } });
    const rebuilding = `if [ "$1 $2" = "state rebuild" ]; then grep -q theirs ${lock} && echo rebuilt >${lock}; exit; fi`;
    await runner.npx(`${rebuilding}\n${locked("ours")}${pushMeanwhile(lock, "theirs")}`);
    const { code, output } = await sync(runner);
    expect(code, output).toBe(0);
    expect(await runner.pushed(lock)).toBe("rebuilt\n");
    expect(await calls(runner)).toBe("sync --yes --target prod\nstate rebuild --target prod\n");
  });

  test("of a project in a folder of the repository", async () => {
    await using runner = await createRunner({ files: { "desk/playbill.yaml": "project: desk\n" } });
    await runner.npx(locked("new"));
    const { code, output } = await sync(runner, { PROJECT_FOLDER: "desk" });
    expect(code, output).toBe(0);
    expect(await runner.pushed(`desk/${lock}`)).toBe("new\n");
  });
});
