import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { listen } from "../../src/server/http/listen.ts";
import { openServer } from "../../src/server/server.ts";
import { type TemporaryFolder, run, temporaryFolder } from "./run.ts";

// Azure AI Foundry (classic) speaks the Assistants API under the path of a project, wants its version in the query of every request, and a token that
// `az account get-access-token` prints. In its place: the embedded server, behind exactly these demands.

interface Foundry {
  url: string;
  /** The token that it takes; another one is refused. */
  token: string;
  /** Paths that were asked for, with their queries. */
  asked: string[];
}

const live = {
  id: "asst_azure1",
  object: "assistant",
  created_at: 1_750_000_000,
  name: "Desk",
  model: "gpt-4o",
  instructions: "Be calm.",
  tools: [
    { type: "code_interpreter" },
    { type: "bing_grounding", bing_grounding: { search_configurations: [{ connection_id: "conn-1", count: 5 }] } },
  ],
  metadata: {},
};

/** A server that holds `live`, as that product serves it. */
async function startFoundry(folder: TemporaryFolder): Promise<Foundry> {
  await folder.write("export/assistants.json", JSON.stringify({ object: "list", data: [live] }));
  const database = join(folder.path, "foundry.db");
  await run(folder.path, ["migrate-in", "export", "--db", database]);
  const app = await openServer({ database, model: createScriptedModel({ scripts: [], delay: async () => {} }) });
  const foundry: Foundry = { url: "", token: "token-of-az-1", asked: [] };
  const refusal = (status: number, code: string, message: string) =>
    Response.json({ error: { code, message } }, { status });
  const answer = async (input: string | URL | Request): Promise<Response> => {
    // What `listen` hands over is always a request.
    const request = input as Request;
    const url = new URL(request.url);
    foundry.asked.push(`${url.pathname}${url.search}`);
    const [, path] = /^\/api\/projects\/desk(\/.*)$/.exec(url.pathname) ?? [];
    if (path === undefined) return refusal(404, "NotFound", "no such project");
    if (url.searchParams.get("api-version") !== "v1")
      return refusal(400, "MissingApiVersionParameter", "The api-version query parameter is required");
    const given = request.headers.get("authorization") ?? "";
    if (given !== `Bearer ${foundry.token}`) return refusal(401, "Unauthorized", `Access denied for ${given}`);
    url.searchParams.delete("api-version");
    return app.fetch(new Request(new URL(`/v1${path}${url.search}`, url), request));
  };
  const listening = await listen({ ...app, fetch: answer }, "127.0.0.1", 0);
  onTestFinished(async () => {
    await listening.close();
    await app.close();
  });
  foundry.url = listening.url;
  return foundry;
}

/** A project whose target it is; `command` prints the key. */
async function projectAt({ url }: Foundry, folder: TemporaryFolder, command: string, more = ""): Promise<void> {
  await folder.write("token.sh", command);
  await folder.write(
    "playbill.yaml",
    `project: desk
targets:
  azure:
    api: assistants
    base_url: ${url}/api/projects/desk
    query: { api-version: v1 }
    api_key: { command: [sh, token.sh] }
${more}`,
  );
}

/** Prints a token as `az` does, and counts how often. */
const az = (token: string) =>
  `echo asked >> asked.log; printf '{"accessToken": "${token}", "expiresOn": "2026-01-01 10:00:00.000000", "expires_on": 4102444800, "tokenType": "Bearer"}'`;

test("import --all brings agents of Azure AI Foundry into Git, and sync changes them at the target", async () => {
  await using folder = await temporaryFolder();
  const foundry = await startFoundry(folder);
  await projectAt(foundry, folder, az(foundry.token));
  const asked = () =>
    readFile(join(folder.path, "asked.log"), "utf8").then(
      (text) => text.split("\n").length - 1,
      () => 0,
    );

  expect(await run(folder.path, ["validate", "--target", "azure"])).toMatchObject({ exitCode: 0 });
  expect(await asked()).toBe(0);
  const imported = await run(folder.path, ["import", "--all", "--target", "azure"]);
  expect(imported.exitCode, imported.output).toBe(0);
  expect(await asked()).toBe(1);
  expect(imported.output).not.toContain(foundry.token);
  const yaml = await readFile(join(folder.path, "assistants/desk.yaml"), "utf8");
  expect(yaml).toContain("bing_grounding");
  expect(new Set(foundry.asked.map((path) => path.split("?")[0]?.split("/").slice(0, 4).join("/")))).toEqual(
    new Set(["/api/projects/desk"]),
  );
  expect(foundry.asked.every((path) => path.includes("api-version=v1"))).toBe(true);

  const lock = await readFile(join(folder.path, ".playbill/locks/azure.json"), "utf8");
  expect(JSON.parse(lock)).toMatchObject({ origin: `${foundry.url}/api/projects/desk` });
  const unchanged = await run(folder.path, ["plan", "--target", "azure", "--detailed-exitcode"]);
  expect(unchanged.exitCode, unchanged.output).toBe(0);
  await folder.write("assistants/desk.yaml", yaml.replace("Be calm.", "Be quick."));
  const synced = await run(folder.path, ["sync", "--target", "azure", "--yes"]);
  expect(synced.exitCode, synced.output).toBe(0);
  const shown = await run(folder.path, ["state", "show", "assistant.desk", "--target", "azure"]);
  expect(shown.output).toMatch(/Be quick\.[^]*bing_grounding/);
});

test("another api-version is the same target: the lock stays valid, and the server reports what it expects", async () => {
  await using folder = await temporaryFolder();
  const foundry = await startFoundry(folder);
  await projectAt(foundry, folder, az(foundry.token));
  await run(folder.path, ["import", "--all", "--target", "azure"]);
  const settings = await readFile(join(folder.path, "playbill.yaml"), "utf8");
  await folder.write(
    "playbill.yaml",
    settings.replace("    query: { api-version: v1 }\n", "").replace("projects/desk", "projects/desk?api-version=v1"),
  );
  const inUrl = await run(folder.path, ["plan", "--target", "azure", "--detailed-exitcode"]);
  expect(inUrl.exitCode, inUrl.output).toBe(0);
  await folder.write("playbill.yaml", settings.replace("api-version: v1", "api-version: v9"));
  const refused = await run(folder.path, ["plan", "--target", "azure"]);
  expect([refused.exitCode, refused.stderr]).toEqual([
    5,
    expect.stringContaining("The api-version query parameter is required"),
  ]);
});

describe("the command for a key", () => {
  test("is run once more when its key is refused, and not a third time", async () => {
    await using folder = await temporaryFolder();
    const foundry = await startFoundry(folder);
    // What is printed first was withdrawn meanwhile.
    await projectAt(
      foundry,
      folder,
      `if [ -e asked.log ]; then token=${foundry.token}; else token=token-of-old; fi; echo asked >> asked.log; echo "$token"`,
    );
    const imported = await run(folder.path, ["import", "--all", "--target", "azure"]);
    expect(imported.exitCode, imported.output).toBe(0);
    expect(await readFile(join(folder.path, "asked.log"), "utf8")).toBe("asked\nasked\n");

    foundry.token = "token-of-az-2";
    const refused = await run(folder.path, ["plan", "--target", "azure"]);
    expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining("error[key_refused]")]);
    expect(await readFile(join(folder.path, "asked.log"), "utf8")).toBe("asked\n".repeat(4));
    expect(refused.output).not.toContain("token-of-az-1");
  });

  test.each([
    ["fails", `echo "ERROR: Please run 'az login'. It was $SECRET_TOKEN" >&2; exit 1`, "sh exited with 1"],
    ["prints nothing", "true", "sh printed neither a key nor JSON"],
    ["prints a page", "echo '<html> sign in </html>'", "sh printed neither a key nor JSON"],
    ["prints other JSON", 'echo \'{"subscription": "x"}\'', "sh printed neither a key nor JSON"],
  ])("that %s is a problem with its last words, and nothing is asked", async (_, command, words) => {
    await using folder = await temporaryFolder();
    const foundry = await startFoundry(folder);
    await projectAt(foundry, folder, command, "    headers: { x-desk: '${SECRET_TOKEN}' }\n");
    const env = { PATH: process.env.PATH, SECRET_TOKEN: "sk-very-secret-value" };
    const { exitCode, output } = await run(folder.path, ["plan", "--target", "azure"], { env });
    expect([exitCode, output]).toEqual([5, expect.stringContaining("error[key_command_failed]")]);
    expect(output).toContain(words);
    expect(output).not.toContain("sk-very-secret-value");
    expect(foundry.asked).toEqual([]);
  });

  test("that is not there is named", async () => {
    await using folder = await temporaryFolder();
    const foundry = await startFoundry(folder);
    await projectAt(foundry, folder, "");
    const settings = await readFile(join(folder.path, "playbill.yaml"), "utf8");
    await folder.write("playbill.yaml", settings.replace("[sh, token.sh]", "[no-such-az, log in]"));
    const { exitCode, output } = await run(folder.path, ["plan", "--target", "azure"]);
    expect([exitCode, output]).toEqual([5, expect.stringContaining("the program no-such-az was not found")]);
    expect(output).toContain('folder: no-such-az "log in"\n');
  });

  test("ends with the command that waits for it", async () => {
    await using folder = await temporaryFolder();
    const foundry = await startFoundry(folder);
    await projectAt(foundry, folder, "echo $$ > pid; exec sleep 60");
    const stop = new AbortController();
    const planned = run(folder.path, ["plan", "--target", "azure"], { signal: stop.signal });
    const pid = await expect
      .poll(() => readFile(join(folder.path, "pid"), "utf8").then(Number, () => 0))
      .toBeGreaterThan(0)
      .then(() => readFile(join(folder.path, "pid"), "utf8"));
    stop.abort();
    await planned;
    await expect.poll(() => isRunning(Number(pid))).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
