import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asObject, objectsOf } from "../../../src/kit/json.ts";
import { startPeer } from "../../targets/peer.ts";
import { run, temporaryFolder } from "../run.ts";
import { startServe } from "../serving.ts";

/** A server, and a project that has it as its target. */
async function start() {
  const project = await temporaryFolder();
  const server = await startServe(project.path);
  await project.write(
    "playbill.yaml",
    `project: desk\ntargets: { prod: { api: assistants, base_url: ${server.url}/v1 } }\n`,
  );
  const headers = { "openai-beta": "assistants=v2" };
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${server.url}/v1${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return asObject(await response.json());
  };
  return {
    project,
    url: server.url,
    call,
    async upload(name: string, text: string): Promise<string> {
      const form = new FormData();
      form.append("purpose", "assistants");
      form.append("file", new File([text], name));
      const response = await fetch(`${server.url}/v1/files`, { method: "POST", body: form });
      return String(asObject(await response.json()).id);
    },
    async store(name: string, files: string[]): Promise<string> {
      const { id } = await call("POST", "/vector_stores", {
        name,
        file_ids: files,
        expires_after: { anchor: "last_active_at", days: 30 },
      });
      for (;;) {
        const counts = asObject((await call("GET", `/vector_stores/${String(id)}`)).file_counts);
        if (counts.completed === files.length) return String(id);
        await new Promise((soon) => setTimeout(soon, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

test("a vector store is imported with its files by their ids, assistants name it, and the plan is empty", async () => {
  await using api = await start();
  const [one, two, sales] = await Promise.all([
    api.upload("leave.md", "Leave."),
    api.upload("pay.md", "Pay."),
    api.upload("sales.csv", "a,b\n1,2\n"),
  ]);
  const store = await api.store("Employee Handbook", [one, two]);
  await api.call("POST", "/assistants", {
    name: "HR",
    model: "gpt-4o",
    tools: [{ type: "file_search" }, { type: "code_interpreter" }],
    tool_resources: { file_search: { vector_store_ids: [store] }, code_interpreter: { file_ids: [sales] } },
  });
  const imported = await run(api.project.path, ["import", "--all"]);
  expect(imported.exitCode, imported.output).toBe(0);
  const yaml = await readFile(join(api.project.path, "assistants/vector_stores/employee-handbook.yaml"), "utf8");
  expect(yaml.split("\n").toSorted()).toEqual(
    [
      "name: Employee Handbook",
      "files:",
      `  - id: ${one}  # leave.md`,
      `  - id: ${two}  # pay.md`,
      "expires_after:",
      "  days: 30",
      "",
    ].toSorted(),
  );
  const assistant = await readFile(join(api.project.path, "assistants/hr.yaml"), "utf8");
  expect(assistant).toContain("vector_store: employee-handbook");
  expect(assistant).toContain(`- id: ${sales}`);
  const { stdout, output } = await run(api.project.path, ["plan", "--json"]);
  expect(
    objectsOf(asObject(JSON.parse(stdout)).resources).map(
      ({ address, action }) => `${String(address)} ${String(action)}`,
    ),
    output,
  ).toEqual(["assistant.hr unchanged", "vector_store.employee-handbook unchanged"]);
  const members = await api.call("GET", `/vector_stores/${store}/files`);
  expect(
    objectsOf(members.data)
      .map(({ id }) => String(id))
      .toSorted(),
  ).toEqual([one, two].toSorted());
});

test("one assistant names a store that is not this project's by its id; afterwards the store can be imported too", async () => {
  await using api = await start();
  const store = await api.store("Docs", [await api.upload("a.md", "A.")]);
  const { id } = await api.call("POST", "/assistants", {
    name: "Desk",
    model: "gpt-4o",
    tools: [{ type: "file_search", file_search: { max_num_results: 3 } }],
    tool_resources: { file_search: { vector_store_ids: [store] } },
  });
  const first = await run(api.project.path, ["import", "assistant.desk", String(id)]);
  expect(first.exitCode, first.output).toBe(0);
  expect(await readFile(join(api.project.path, "assistants/desk.yaml"), "utf8")).toContain(`id: ${store}`);
  const second = await run(api.project.path, ["import", "vector_store.docs", store]);
  expect(second.exitCode, second.output).toBe(0);
  expect((await run(api.project.path, ["plan"])).stdout).toContain("Plan: 2 unchanged.");
});

test("an export has stores and the names of their files, but not what is in them", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  const assistant = {
    id: "asst_1",
    object: "assistant",
    name: "HR",
    model: "gpt-4o",
    tools: [{ type: "file_search" }, { type: "code_interpreter" }],
    tool_resources: { file_search: { vector_store_ids: ["vs_1"] }, code_interpreter: { file_ids: ["file-2"] } },
  };
  const files = {
    "assistants.json": { object: "list", data: [assistant] },
    "stores.json": {
      object: "list",
      data: [{ id: "vs_1", object: "vector_store", name: "Handbook", file_counts: { total: 1 }, metadata: { a: "b" } }],
    },
    "members.json": {
      object: "list",
      data: [{ id: "file-1", object: "vector_store.file", vector_store_id: "vs_1", status: "completed" }],
    },
    "files.json": {
      object: "list",
      data: [
        { id: "file-1", object: "file", filename: "leave.md" },
        { id: "file-2", object: "file", filename: "sales.csv" },
      ],
    },
  };
  for (const [name, value] of Object.entries(files)) await folder.write(`e/${name}`, JSON.stringify(value));
  const { exitCode, output } = await run(folder.path, ["import", "--from", "e"]);
  expect(exitCode, output).toBe(0);
  expect(await readdir(join(folder.path, "assistants"))).toEqual(["hr.yaml", "vector_stores"]);
  expect(await readFile(join(folder.path, "assistants/vector_stores/handbook.yaml"), "utf8")).toBe(
    "# Not here: files, an export does not contain the contents of its file: leave.md\nname: Handbook\nfiles: []\nmetadata:\n  a: b\n",
  );
  const yaml = await readFile(join(folder.path, "assistants/hr.yaml"), "utf8");
  expect(yaml).toContain("vector_store: handbook");
  expect(yaml).toContain("# Not here: tools, code_interpreter: sales.csv, which does not exist in the project");
  expect((await run(folder.path, ["plan"])).stdout).toContain("Plan: 2 to create.");
});

test("an edit of a vector store at the target is pulled into its YAML", async () => {
  await using api = await start();
  await api.project.write(
    "assistants/vector_stores/docs.yaml",
    "# ours\nname: Docs\nfiles: [../a.md]\nexpires_after: { days: 30 }  # a month\n",
  );
  await api.project.write("assistants/a.md", "A.\n");
  expect((await run(api.project.path, ["sync", "--yes"])).exitCode).toBe(0);
  const { data } = await api.call("GET", "/vector_stores");
  const [store] = objectsOf(data);
  await api.call("POST", `/vector_stores/${String(store?.id)}`, {
    name: "Papers",
    expires_after: { anchor: "last_active_at", days: 60 },
  });
  const { exitCode, output } = await run(api.project.path, ["pull", "vector_store.docs", "--yes"]);
  expect(exitCode, output).toBe(0);
  expect(await readFile(join(api.project.path, "assistants/vector_stores/docs.yaml"), "utf8")).toBe(
    "# ours\nname: Papers\nfiles: [../a.md]\nexpires_after: { days: 60 }  # a month\n",
  );
  expect((await run(api.project.path, ["plan"])).exitCode).toBe(0);
});

test("where the target returns the content of files, it is in the project and the files are managed", async () => {
  await using api = await start();
  const texts = new Map<string, string>();
  for (const [name, text] of [
    ["leave.md", "Leave."],
    ["pay.md", "Pay."],
    ["odd*name.md", "Odd."],
  ] as const)
    texts.set(await api.upload(name, text), text);
  const ids = [...texts.keys()];
  const store = await api.store("Handbook", ids);
  await api.call("POST", "/assistants", {
    name: "HR",
    model: "gpt-4o",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [store] } },
  });
  // A server that gives it, as some do: everything else is asked of the other one.
  await using giving = await startPeer((request, response) => {
    const [, id = ""] = /^\/v1\/files\/([^/]+)\/content/.exec(request.url ?? "") ?? [];
    if (id !== "") return void response.end(texts.get(id));
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", async () => {
      const body = request.method === "GET" ? {} : { body: Buffer.concat(pieces) };
      const type = { "content-type": "application/json", "openai-beta": "assistants=v2" };
      const answer = await fetch(`${api.url}${request.url}`, {
        method: request.method ?? "GET",
        headers: type,
        ...body,
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    });
  });
  await api.project.write(
    "playbill.yaml",
    `project: desk\ntargets: { prod: { api: assistants, base_url: ${giving.baseUrl} } }\n`,
  );
  const imported = await run(api.project.path, ["import", "--all"]);
  expect(imported.exitCode, imported.output).toBe(0);
  const yaml = await readFile(join(api.project.path, "assistants/vector_stores/handbook.yaml"), "utf8");
  expect(yaml).toContain("- ../files/handbook/leave.md\n");
  expect(yaml).toContain(`- id: ${ids[2]}  # odd*name.md\n`);
  expect(await readFile(join(api.project.path, "assistants/files/handbook/pay.md"), "utf8")).toBe("Pay.");
  const { stdout, output } = await run(api.project.path, ["plan"]);
  expect(stdout, output).toContain("Plan: 4 unchanged.");
  const members = await api.call("GET", `/vector_stores/${store}/files`);
  expect(objectsOf(members.data)).toHaveLength(3);
});

test("an assistant that is imported names a store that this project has already", async () => {
  await using api = await start();
  const store = await api.store("Docs", [await api.upload("a.md", "A.")]);
  await run(api.project.path, ["import", "vector_store.docs", store]);
  const { id } = await api.call("POST", "/assistants", {
    name: "Desk",
    model: "gpt-4o",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [store] } },
  });
  const imported = await run(api.project.path, ["import", "assistant.desk", String(id)]);
  expect(imported.exitCode, imported.output).toBe(0);
  expect(await readFile(join(api.project.path, "assistants/desk.yaml"), "utf8")).toContain("vector_store: docs");
  expect((await run(api.project.path, ["plan"])).stdout).toContain("Plan: 2 unchanged.");
});
