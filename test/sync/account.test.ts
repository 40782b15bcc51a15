import { expect, test } from "vitest";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo } from "../targets/connection.ts";
import { assistant, openDesk } from "./project.ts";

/** A server that has the same objects for every key, and says whose key was used. */
function accountNamed(organization: string | null) {
  const made = { id: "asst_1", model: "gpt-4o-mini", name: "a", created_at: 1, metadata: {} };
  let objects: object[] = [];
  return createAssistantsTarget(
    connectionTo(async (input, init) => {
      const request = new Request(input, init);
      const headers: Record<string, string> = organization === null ? {} : { "openai-organization": organization };
      if (request.method === "POST") objects = [{ ...made, ...((await request.json()) as object) }];
      const isList = new URL(request.url).pathname.endsWith("/assistants") && request.method === "GET";
      return Response.json(isList ? { data: objects, has_more: false } : objects[0], { headers });
    }),
  );
}

test("a lock belongs to the account that answered; another account at the same URL is refused", async () => {
  const desk = openDesk(accountNamed("acme"));
  await desk.sync([assistant("a")]);
  expect(desk.lock?.origin).toBe("http://embedded.test/v1 account acme");
  const other = openDesk(accountNamed("globex"));
  other.lock = desk.lock;
  await expect(other.plan([assistant("a")])).rejects.toThrow("lock_other_origin");
});

test("a lock from before accounts were recorded, or a target that reports none, is not another account", async () => {
  const desk = openDesk(accountNamed(null));
  await desk.sync([assistant("a")]);
  const knowing = openDesk(accountNamed("acme"));
  knowing.lock = desk.lock;
  expect((await knowing.plan([assistant("a")])).origin).toBe("http://embedded.test/v1 account acme");
  await knowing.sync([assistant("a"), assistant("b")]);
  expect(knowing.lock?.origin).toBe("http://embedded.test/v1 account acme");
  const silent = openDesk(accountNamed(null));
  silent.lock = knowing.lock;
  await silent.plan([assistant("a")]);
});
