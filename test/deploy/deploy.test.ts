import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parseDockerfile, type Step } from "./dockerfile.ts";
import { run, temporaryFolder } from "../cli/run.ts";
import { startServe } from "../cli/serving.ts";

const root = join(import.meta.dirname, "..", "..");
const deploy = join(root, "deploy");
const text = (name: string): string => readFileSync(join(deploy, name), "utf8");
const execute = promisify(execFile);

const isHere = (program: string): boolean =>
  ["/usr/sbin", ...(process.env["PATH"] ?? "").split(delimiter)].some((folder) => existsSync(join(folder, program)));

/** Starts what a line of options says, with its folders in `folder` and its ports free ones; a client with a key is answered, and nobody else. */
async function serves(argv: readonly string[], folder: string, dataFolder: string): Promise<void> {
  const moved = argv.map((each) => each.replace(dataFolder, folder));
  const at = (option: string, value: string) => {
    const index = moved.indexOf(option);
    if (index !== -1) moved[index + 1] = value;
  };
  at("--port", "0");
  at("--host", "127.0.0.1");
  at("--metrics", "127.0.0.1:0");
  at("--upstream-base-url", "http://127.0.0.1:9/v1");
  const key = (await run(folder, ["key", "new", "app", "--api-keys", join(folder, "keys.json")])).stdout.trim();
  await using server = await startServe(folder, moved.slice(1));
  const headers = { "openai-beta": "assistants=v2", authorization: `Bearer ${key}` };
  expect((await fetch(`${server.url}/v1/assistants`, { headers })).status).toBe(200);
  expect((await fetch(`${server.url}/v1/assistants`)).status).toBe(401);
  expect(existsSync(join(folder, "server.db"))).toBe(true);
}

describe("the Dockerfile", () => {
  const stages = parseDockerfile(text("Dockerfile"));
  const last = stages.at(-1)?.steps ?? [];
  const of = (name: string): Step[] => last.filter((step) => step.name === name);

  test("builds a small image whose user is not root, and keeps its data in a volume", () => {
    expect(stages.map(({ from }) => from)).toEqual(["node:22-slim AS build", "node:22-slim"]);
    expect(last.findLast(({ name }) => name === "USER")?.text).toBe("node");
    const isRoot = last.findIndex(({ name }) => name === "USER");
    expect(last.slice(isRoot).some(({ name }) => name === "RUN")).toBe(false);
    expect(of("VOLUME")[0]?.text).toBe("/data");
    expect(of("ENTRYPOINT")[0]?.text).toBe('["playbill"]');
  });

  test("starts a server that answers those with a key", async () => {
    await using folder = await temporaryFolder();
    await serves(JSON.parse(of("CMD")[0]?.text ?? "") as string[], folder.path, "/data");
  });

  test("has a health check that finds out whether the server answers", async () => {
    const [program = "", ...argv] = JSON.parse(of("HEALTHCHECK")[0]?.text.replace(/^.*? CMD /, "") ?? "") as string[];
    expect(program).toBe("node");
    await using folder = await temporaryFolder();
    const check = (url: string) =>
      execute(
        process.execPath,
        argv.map((each) => each.replace("http://127.0.0.1:8787", url)),
      ).then(
        () => 0,
        ({ code }: { code: number }) => code,
      );
    await using server = await startServe(folder.path);
    expect(await Promise.all([check(server.url), check("http://127.0.0.1:9")])).toEqual([0, 1]);
  });

  // Builds and installs, which takes minutes: PLAYBILL_TEST_DOCKERFILE=1 npx vitest run test/deploy
  test.runIf(process.env["PLAYBILL_TEST_DOCKERFILE"] === "1")(
    "builds: its steps, as a script in a clean folder, give a playbill that works",
    async () => {
      await using folder = await temporaryFolder();
      const at = (path: string): string => join(folder.path, path);
      const ignored = text("Dockerfile.dockerignore").split("\n").filter(Boolean);
      cpSync(root, at("src"), {
        recursive: true,
        filter: (path) => !ignored.some((each) => path === join(root, each.replace("**/", ""))),
      });
      for (const each of ["package", "data"]) mkdirSync(at(each), { recursive: true });
      const env = {
        ...process.env,
        npm_config_prefix: at("prefix"),
        npm_config_cache: at("cache"),
        NODE_ENV: "",
        NODE_OPTIONS: "",
      };
      for (const { steps } of stages)
        for (const { name, text } of steps) {
          if (name !== "RUN") continue;
          const moved = text
            .replaceAll(/(?<![\w.])\/(package|data)\b/g, (_, each: string) => at(each))
            .replace(/ && chown \S+ \S+/, "");
          await execute("sh", ["-ec", moved], {
            cwd: at(steps === stages[0]?.steps ? "src" : "data"),
            env,
            maxBuffer: 1e8,
          });
        }
      const playbill = at("prefix/bin/playbill");
      const { stdout } = await execute(playbill, ["key", "new", "app", "--api-keys", "keys.json"], { cwd: at("data") });
      expect(stdout).toMatch(/^sk-playbill-/);
    },
    600_000,
  );
});

describe("the systemd unit", () => {
  const start = /^ExecStart=(.*)$/m.exec(text("playbill.service"))?.[1] ?? "";

  test("starts a server that answers those with a key", async () => {
    await using folder = await temporaryFolder();
    const argv = start.replace("/usr/bin/env playbill ", "").split(" ");
    await serves(argv, folder.path, "/var/lib/playbill");
  });

  test.runIf(isHere("systemd-analyze"))("is one that systemd takes", async () => {
    const { stdout, stderr } = await execute("systemd-analyze", ["verify", join(deploy, "playbill.service")]);
    expect(stdout + stderr).toBe("");
  });
});

describe("the reverse proxies", () => {
  test.runIf(isHere("caddy"))("have a configuration that Caddy takes", async () => {
    await execute("caddy", ["validate", "--adapter", "caddyfile", "--config", join(deploy, "Caddyfile")]);
  });

  test.runIf(isHere("nginx"))("have a configuration that nginx takes", async () => {
    await using folder = await temporaryFolder();
    // Its certificate is somebody's own.
    const plain = text("nginx.conf")
      .replaceAll(/^\s*ssl_certificate.*$/gm, "")
      .replace("443 ssl", "8443");
    await folder.write("playbill.conf", plain);
    // What nginx would write where only its own user may.
    const own = `pid ${join(folder.path, "nginx.pid")};`;
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    const paths = temporary.map((name) => `${name}_temp_path ${join(folder.path, name)};`).join(" ");
    const include = `include ${join(folder.path, "playbill.conf")};`;
    await folder.write("nginx.conf", `${own}\nevents {}\nhttp { access_log off; ${paths} ${include} }\n`);
    await execute("nginx", ["-t", "-q", "-c", join(folder.path, "nginx.conf"), "-p", folder.path, "-e", "stderr"], {
      env: { ...process.env, PATH: `${process.env["PATH"]}${delimiter}/usr/sbin` },
    });
  });
});

test("the commands of docs/deploy.md work, in their order", async () => {
  const page = readFileSync(join(root, "docs", "deploy.md"), "utf8");
  const lines = [...page.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = ""]) => block.split("\n"));
  const commands = lines.map((line) => line.trim()).filter((line) => line.startsWith("playbill "));
  expect(commands.length).toBeGreaterThanOrEqual(6);
  await using folder = await temporaryFolder();
  for (const command of commands) {
    const argv = command.split(" ").slice(1);
    if (argv[0] === "serve") {
      await serves(argv, folder.path, "/var/lib/playbill");
      continue;
    }
    const { exitCode, output } = await run(
      folder.path,
      argv.map((each) => each.replace("/var/lib/playbill", folder.path)),
    );
    expect([command, exitCode, exitCode === 0 ? "" : output]).toEqual([command, 0, ""]);
  }
  const { stdout } = await run(folder.path, ["key", "list", "--api-keys", "keys.json"]);
  expect(stdout.match(/^[\w-]+/gm)).toEqual(["NAME", "app", "billing-app-2"]);
});
