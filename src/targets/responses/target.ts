import { fail } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { FileSpec } from "../../resources/file/spec.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { openBundleFile } from "../bundle/bundle-file.ts";
import { createToldFiles } from "../files/told-files.ts";
import { createUploads } from "../files/uploads.ts";
import { createAnswered } from "../http/answered.ts";
import { type Call, createCall } from "../http/call.ts";
import { type Connection, originOf } from "../http/connection.ts";
import { shutdownDates } from "../models.ts";
import { createApiRegistry } from "../objects/registry.ts";
import type { Registry, Target, TestedResource, TestRun } from "../target.ts";
import { createTestSession } from "../testing/test-session.ts";
import { findUnchangedStores } from "../testing/unchanged-stores.ts";
import { createBundledAssistants } from "./bundled-assistants.ts";
import { createMadeFiles } from "./container-files.ts";
import { openConversation } from "./conversations.ts";
import { readHistory } from "./read-history.ts";
import { withBundle } from "./registry.ts";
import type { StateMode } from "./states.ts";
import { createTestRegistry, testStoreMetadata } from "./temporary-assistants.ts";

/** A target that speaks the Responses API, whose assistants are published in a bundle. Contacts nothing yet. */
export function createResponsesTarget(connection: Connection): Target {
  const { baseUrl, clock, retries, signal, published } = connection;
  if (published === undefined) throw new Error("a target of this dialect needs a file to publish to");
  const { readHeaders, account, time } = createAnswered(clock);
  const call = createCall(connection, readHeaders);
  const cleanupCall: Call = (what, request, options) => call(what, request, { ...options, purpose: "cleanup" });
  const deps = { baseUrl, clock, signal, retries, targetTime: time };
  const upload = createUploads({ ...deps, call });
  const { path } = published;
  const bundle = createBundledAssistants(openBundleFile(published), path);
  const registryBy = (by: Call): Registry => ({
    ...withBundle(createApiRegistry({ ...deps, call: by, upload }), bundle),
    account,
    time,
  });
  const registry = registryBy(call);
  const cleanup = registryBy(cleanupCall);
  const state = stateOf(connection);
  return {
    // A lock of another dialect names objects that this target does not have.
    origin: `responses ${originOf(connection)}`,
    registry,
    shutdownDates: () => shutdownDates(call, clock),
    history: (id) => readHistory({ call, baseUrl }, id),
    testing(run) {
      const tested = createTestRegistry(registry, cleanup);
      const made = createMadeFiles(call, createToldFiles(call));
      return createTestSession(run, {
        registry: tested.registry,
        cleanup: tested.cleanup,
        clock,
        findUnchanged: findUnchangedStores(run, registry),
        async open({ assistantId, ...beginning }, { idOfAddress: fileId, idOfMade }) {
          const assistant =
            tested.assistant(assistantId) ?? (await registry.get(assistantKind, assistantId))?.spec ?? notThere();
          const storeOf = (files: readonly string[]) => idOfMade(`files ${files.join(" ")}`, storeFor(run, files));
          return openConversation(
            { call, baseUrl, clock, retries, state, fileId, storeOf, made },
            { assistant, ...beginning },
          );
          function notThere(): never {
            return fail("not_synced", `${path} has no assistant "${assistantId}"`, {
              hint: "Run sync to create the bundle again. Without --deployed, the files are tested as they are.",
            });
          }
        },
      });
    },
  };
}

/** The default mode: OpenAI's API and the embedded server store conversations; most other servers have only the stateless half. */
function stateOf({ state, baseUrl, inProcess }: Connection): StateMode {
  const keeps = inProcess === true || (URL.canParse(baseUrl) && new URL(baseUrl).hostname === "api.openai.com");
  return state ?? (keeps ? "conversation" : "stateless");
}

/** A vector store for files attached to messages. */
function storeFor({ resources }: TestRun, files: readonly string[]): TestedResource {
  const members = files.map((file) => {
    const { sha256 = null }: Partial<FileSpec> = resources.get(file)?.spec ?? {};
    return { file, path: file.slice(fileKind.name.length + 1), sha256 };
  });
  const spec = { name: "files of a conversation", files: { kind: "members", members }, chunking: null };
  return {
    kind: vectorStoreKind,
    spec: { ...spec, expires_after: null, metadata: testStoreMetadata },
  };
}
