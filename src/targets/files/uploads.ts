import type { Client } from "../http/client.ts";
import { type JsonObject, isObject } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import { ProblemError } from "../../problem.ts";
import { malformedAnswer, mayHaveArrived } from "../failure.ts";
import type { Call } from "../http/call.ts";
import { type Exchange, receiveLimits } from "../http/exchange.ts";
import { createMake } from "../http/once.ts";
import { type Upload, uploadForm } from "./form.ts";
import { knowledgeError, readList } from "../objects/lists.ts";

/** What uploads need from a target. */
export interface UploadDeps {
  call: Call;
  baseUrl: string;
  clock: Clock;
  /** Aborts at the end of the command. */
  signal: AbortSignal;
  /** How often an upload is retried. */
  retries: number;
  /** Seconds since 1970, by the target's clock. */
  targetTime(this: void): number;
}

/** A file to upload for assistants. */
export interface NewFile extends Pick<Upload, "filename" | "bytes" | "sha256" | "open"> {
  /** Seconds after which the target may delete it automatically; `null`: never. A server without expiry keeps it. */
  lifetime: number | null;
  /** Called with the number of bytes sent; starts over when the upload is retried. */
  onSent(this: void, bytes: number): void;
}

/** Uploads a file exactly once, and returns the File object as the API answered it. */
export type UploadFile = (file: NewFile) => Promise<JsonObject & { id: string }>;

/**
 * Creates the uploads of one target. A file does not name its owner: one whose answer was lost is identified as a file of the same name and size that is not older
 * than the upload.
 */
export function createUploads(deps: UploadDeps): UploadFile {
  const { clock, targetTime } = deps;
  const make = createMake(deps);
  return (file) => {
    let begun: number | null = null;
    return make<JsonObject & { id: string }>({
      key: `${file.bytes} ${file.filename}`,
      send() {
        begun ??= clock.now();
        return send(deps, file);
      },
      async *alike() {
        const files = await Array.fromAsync(readFiles(deps));
        // By the target's clock, which is unknown before its first answer.
        const since = targetTime() - Math.ceil((clock.now() - (begun ?? clock.now())) / 1000);
        yield* files.filter((each) => isThat(each, file, since));
      },
    });
  };
}

function isThat(found: JsonObject, { filename, bytes }: NewFile, since: number): boolean {
  const { filename: name, bytes: size, created_at: createdAt } = found;
  return name === filename && size === bytes && typeof createdAt === "number" && createdAt >= since;
}

async function send(deps: UploadDeps, file: NewFile): ReturnType<UploadFile> {
  try {
    return await sendForm(deps, file, file.lifetime);
  } catch (error) {
    if (file.lifetime === null || mayHaveArrived(error) || !isAboutExpiry(error))
      throw knowledgeError(error, "files", deps.baseUrl);
    return sendForm(deps, file, null);
  }
}

function isAboutExpiry(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { api, message } = error.problems[0] ?? {};
  return [api?.param ?? "", message ?? ""].some((words) => words.includes("expires_after"));
}

async function sendForm({ call, baseUrl }: UploadDeps, file: NewFile, lifetime: number | null): ReturnType<UploadFile> {
  const what = `upload ${file.filename}`;
  const expiry = { "expires_after[anchor]": "created_at", "expires_after[seconds]": String(lifetime) };
  const fields = { purpose: "assistants", ...(lifetime === null ? {} : expiry) };
  const send = (client: Client, exchange: Pick<Exchange, "sent">) => {
    const { body, headers, failure } = uploadForm({ ...file, fields }, `playbill-${file.sha256}`, (bytes) => {
      exchange.sent();
      file.onSent(bytes);
    });
    // Node's fetch buffers a body that it might send again after a redirect; this one cannot be sent again.
    return (
      client
        .post("/files", { body, headers, redirect: "error" })
        // The reason why the body ended early is more helpful.
        .catch((error: Error) => Promise.reject(failure() ?? error))
    );
  };
  const answer = await call(what, send, { answerTime: receiveLimits.largeAnswerTime });
  if (!isObject(answer) || typeof answer.id !== "string")
    throw malformedAnswer(what, baseUrl, "something that is not a file");
  return { ...answer, id: answer.id };
}

/** The query for the files of assistants, in the API's largest pages. */
export const filesQuery = { purpose: "assistants", limit: 10_000 };

/** The File objects that were uploaded for assistants, the oldest first. */
export function readFiles(deps: { call: Call; baseUrl: string }): AsyncGenerator<JsonObject & { id: string }> {
  const explained = (error: unknown) => knowledgeError(error, "files", deps.baseUrl);
  return readList(deps, { what: "list the files", path: "/files", query: filesQuery, explained });
}
