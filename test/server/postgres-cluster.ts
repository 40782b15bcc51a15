import { execFile, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { PostgresForTests } from "../postgres-setup.ts";

const run = promisify(execFile);
type Cluster = PostgresForTests & { kind: "cluster" };

/** Nothing has to survive the machine: a database is made in milliseconds. */
const settings = [
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "autovacuum=off",
  "shared_buffers=32MB",
  "max_connections=200",
  "listen_addresses=127.0.0.1",
];

/** The URL of the cluster; starts and prepares it for the first who asks, whichever worker that is. */
export async function startedCluster(cluster: Cluster, prepare: (url: string) => Promise<void>): Promise<string> {
  const { folder } = cluster;
  try {
    mkdirSync(join(folder, "starting"));
  } catch {
    return urlWhenStarted(folder);
  }
  try {
    const url = await start(cluster);
    await prepare(url);
    // Whole or not at all: others look for it.
    writeFileSync(join(folder, "url.new"), url);
    renameSync(join(folder, "url.new"), join(folder, "url"));
    return url;
  } catch (error) {
    writeFileSync(join(folder, "failed"), String(error));
    throw error;
  }
}

async function urlWhenStarted(folder: string): Promise<string> {
  for (;;) {
    if (existsSync(join(folder, "url"))) return readFileSync(join(folder, "url"), "utf8");
    if (existsSync(join(folder, "failed"))) throw new Error(readFileSync(join(folder, "failed"), "utf8"));
    await sleep(20);
  }
}

async function start(cluster: Cluster): Promise<string> {
  const { programs, folder } = cluster;
  const user = await unprivileged();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, "data");
  const initial = [
    "--auth=trust",
    "--username=playbill",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ];
  await run(join(programs, "initdb"), [...initial, "-D", data], { ...user, cwd: folder });
  // One user has a password, so that a wrong one can be tried.
  const local = readFileSync(join(data, "pg_hba.conf"), "utf8");
  writeFileSync(join(data, "pg_hba.conf"), `host all locked all scram-sha-256\n${local}`);
  const port = await freePort();
  const options = [...settings, `port=${port}`, `unix_socket_directories=${folder}`];
  await run(
    join(programs, "pg_ctl"),
    ["start", "-w", "-s", "-D", data, "-l", join(folder, "log"), "-o", options.map((each) => `-c ${each}`).join(" ")],
    { ...user, cwd: folder },
  );
  endWithThisRun(cluster);
  return `postgres://playbill@127.0.0.1:${port}/postgres`;
}

interface User {
  uid?: number;
  gid?: number;
}

/** PostgreSQL does not run as root: then as the user of Debian's package, or as nobody. */
async function unprivileged(): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (name: string, flag: string): Promise<number> => Number((await run("id", [flag, name])).stdout);
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: await idOf(name, "-u"), gid: await idOf(name, "-g") };
    } catch {
      continue;
    }
  }
  throw new Error("there is no user to start PostgreSQL as");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}

/** A run of tests that is killed leaves no cluster behind. The signal is that of an immediate shutdown. */
function endWithThisRun({ folder, runner }: Cluster): void {
  const script = `while kill -0 ${runner} && [ -d ${folder}/data ]; do sleep 3; done
    kill -QUIT $(head -n 1 ${folder}/data/postmaster.pid) && sleep 1; rm -rf ${folder}`;
  spawn("sh", ["-c", script], { detached: true, stdio: "ignore", cwd: "/" }).unref();
}

/** Ends the cluster, if it was started, and removes its folder. */
export async function endCluster({ programs, folder }: Cluster): Promise<void> {
  const data = join(folder, "data");
  if (existsSync(join(data, "postmaster.pid")))
    await run(join(programs, "pg_ctl"), ["stop", "-m", "immediate", "-s", "-D", data], await unprivileged());
  rmSync(folder, { recursive: true, force: true });
}
