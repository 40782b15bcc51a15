import { describe, expect, test } from "vitest";
import { resolveModel } from "../../src/project/resolve-model.ts";
import { projectOf } from "./project-folder.ts";

const settings = `project: desk
targets:
  prod: { api: assistants, base_url: "http://prod.test/v1", api_key: "\${PROD_KEY}" }
  mine: { api: assistants, server: embedded, model: openai, upstream_base_url: "http://ollama.test/v1" }
default_target: prod
models:
  judge: { base_url: "\${URL}", api_key: "\${KEY:-}", model: gpt-6, temperature: 0.5, timeout: 5s }
  user: { target: prod, model: small }
  mine: { target: mine, model: llama3 }
`;
const env = { URL: "http://judge.test/v1", KEY: "sk-1", PROD_KEY: "sk-2" };

async function resolve(name: string, environment: Record<string, string> = env) {
  const project = await projectOf({ "playbill.yaml": settings }, environment);
  return resolveModel(project, name, environment);
}

describe("a model that is asked", () => {
  test("is at its own endpoint, or at that of a target", async () => {
    expect(await resolve("judge")).toEqual({
      name: "judge",
      baseUrl: "http://judge.test/v1",
      apiKey: "sk-1",
      query: {},
      headers: {},
      model: "gpt-6",
      temperature: 0.5,
      timeout: 5_000,
    });
    expect(await resolve("user")).toMatchObject({ baseUrl: "http://prod.test/v1", apiKey: "sk-2", temperature: null });
    expect(await resolve("mine")).toMatchObject({ baseUrl: "http://ollama.test/v1", apiKey: null });
  });

  test.each<[string, Record<string, string>, string]>([
    ["juge", env, "unknown_reference"],
    ["judge", {}, "missing_environment"],
    ["judge", { URL: "judge.test", KEY: "k" }, "bad_url"],
    ["judge", { URL: "http://judge.test" }, "missing_api_key"],
    ["judge", { ...env, KEY: "sk-1\n" }, "bad_api_key"],
    ["user", {}, "missing_environment"],
  ])("%s with %j is a problem", async (name, environment, code) => {
    await expect(resolve(name, environment)).rejects.toMatchObject({ problems: [{ code, kind: "input" }] });
  });
});
