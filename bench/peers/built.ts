import type * as Script from "../../src/server/models/script.ts";
import type * as Server from "../../src/server/server.ts";

const load = (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** The embedded server as it is published, so that a peer loads the same files as the command line does. */
export const { openServer } = (await load("server/server.js")) as typeof Server;
/** Its scripted model. */
export const { createScriptedModel } = (await load("server/models/script.js")) as typeof Script;
