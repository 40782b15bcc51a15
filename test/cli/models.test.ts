import { expect, test } from "vitest";
import { listen } from "../../src/server/http/listen.ts";
import { openServer } from "../../src/server/server.ts";
import { run, temporaryFolder } from "./run.ts";

const now = () => Date.parse("2026-11-26T12:00:00Z");

/** A project at a server whose `GET /models` answers so, with an assistant on gpt-4o and one on house-model. */
async function projectAt(models: () => Response) {
  const app = await openServer({
    database: ":memory:",
    model: { respond: () => Promise.reject(new Error("nobody talks here")) as never, list: async () => [] },
  });
  const asked: string[] = [];
  const fetch = async (request: Request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname}`);
    return pathname === "/v1/models" ? models() : app.fetch(request);
  };
  const server = await listen({ ...app, fetch } as typeof app, "127.0.0.1", 0);
  const folder = await temporaryFolder();
  await folder.write(
    "playbill.yaml",
    `project: desk\ntargets:\n  prod: { api: assistants, base_url: "${server.url}/v1" }\n`,
  );
  await folder.write("assistants/a.yaml", "model: gpt-4o\n");
  await folder.write("assistants/b.yaml", "model: house-model\n");
  return {
    asked,
    run: (...argv: string[]) => run(folder.path, argv, { now }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const model = (id: string, more: object) => ({ id, object: "model", created: 0, owned_by: "house", ...more });

test("the target's date takes precedence over the table", async () => {
  const data = [model("gpt-4o", { shutdown_date: null }), model("house-model", { shutdown_date: "2026-12-01" })];
  await using project = await projectAt(() => Response.json({ object: "list", data }));
  const { exitCode, stderr } = await project.run("plan");
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("house-model is shut down in only 5 days")]);
  expect(stderr).not.toContain("gpt-4o");
  expect(project.asked.filter((each) => each === "GET /v1/models")).toHaveLength(1);
  expect(await project.run("plan", "--fail-on-sunset", "5")).toMatchObject({ exitCode: 3 });
  expect(await project.run("plan", "assistant.a", "--fail-on-sunset", "5")).toMatchObject({ exitCode: 0 });
  expect((await project.run("models")).stdout).toBe(
    [
      "gpt-4o  no shutdown announced",
      "    assistant.a",
      "house-model  until 2026-12-01, 5 days left (according to the target)",
      "    assistant.b",
      "",
    ].join("\n"),
  );
});

test.each([
  ["says nothing of their end", () => Response.json({ object: "list", data: [model("gpt-4o", {})] })],
  ["has no such path", () => Response.json({ error: { message: "no" } }, { status: 404 })],
  ["fails", () => Response.json({ error: { message: "no" } }, { status: 500 })],
])("the table counts for a target that %s, which keeps nothing from being planned", async (_, answer) => {
  await using project = await projectAt(answer);
  const { exitCode, stdout, stderr } = await project.run("plan");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Plan: 2 to create.")]);
  expect(stderr).toContain("gpt-4o is shut down in 49 days, on 2027-01-14; assistant.a uses it");
  expect(project.asked.filter((each) => each === "GET /v1/models")).toHaveLength(1);
});
