import { type JsonObject, asObject, asText } from "../../kit/json.ts";
import type { Clock } from "../../kit/clock.ts";
import { ProblemError } from "../../problem.ts";
import { malformedAnswer } from "../failure.ts";
import type { Call } from "../http/call.ts";
import { receiveLimits } from "../http/exchange.ts";
import { once } from "../http/once.ts";
import { betaHeaders } from "../objects/lists.ts";
import { readMembers, setAttributes, storePath } from "./members.ts";

/** What work on the files of a vector store needs from a target. */
export interface StoreDeps {
  call: Call;
  baseUrl: string;
  clock: Clock;
  /** Aborts at the end of the command. */
  signal: AbortSignal;
  /** How often a request that may have arrived is retried, after a check. */
  retries: number;
}

/** A file to add to a vector store. */
export interface Attachment {
  fileId: string;
  attributes: Readonly<JsonObject>;
}

/** How the files of a vector store are split into chunks, as in the API; `null` for the API's default. */
export type Chunking = { max_chunk_size_tokens: number; chunk_overlap_tokens: number } | null;

/** Adds files to vector stores. */
export interface Batches {
  /** Returns the ids of the batches, as far as they are known. */
  attach(storeId: string, files: readonly Attachment[], chunking: Chunking): Promise<string[]>;
}

const slow = { answerTime: receiveLimits.largeAnswerTime };

/** The API's limit of files in a batch. */
const largest = 2000;

/**
 * Batches for one target. A batch whose answer was lost is not sent again when its files are in the store. Servers that accept only smaller batches
 * get those; older ones, which accept one set of attributes for all files of a batch, get the attributes file by file.
 */
export function createBatches(deps: StoreDeps): Batches {
  let most = largest;
  let takesFiles = true;
  return {
    async attach(storeId, files, chunking) {
      const ids: string[] = [];
      for (let at = 0; at < files.length;) {
        const some = files.slice(at, at + most);
        try {
          const id = await createBatch(
            deps,
            storeId,
            some,
            takesFiles ? perFile(some, chunking) : together(some, chunking),
          );
          if (id !== null) ids.push(id);
          at += some.length;
        } catch (error) {
          const taken = lengthTaken(error, some.length);
          if (taken !== null) most = taken;
          else if (takesFiles && knowsNoFiles(error)) takesFiles = false;
          else throw error;
        }
      }
      if (!takesFiles) await setAttributes(deps, storeId, files);
      return ids;
    },
  };
}

const strategyOf = (chunking: Chunking): object =>
  chunking === null ? {} : { chunking_strategy: { type: "static", static: chunking } };

function perFile(files: readonly Attachment[], chunking: Chunking): object {
  return { files: files.map(({ fileId, attributes }) => ({ file_id: fileId, attributes, ...strategyOf(chunking) })) };
}

function together(files: readonly Attachment[], chunking: Chunking): object {
  return { file_ids: files.map(({ fileId }) => fileId), ...strategyOf(chunking) };
}

/** The id of the batch; `null` when it arrived although its answer was lost. */
function createBatch(
  deps: StoreDeps,
  storeId: string,
  files: readonly Attachment[],
  body: object,
): Promise<string | null> {
  const { call, baseUrl, clock, signal, retries } = deps;
  const what = `add ${files.length === 1 ? "a file" : `${files.length} files`} to the vector store ${storeId}`;
  const path = `${storePath(storeId)}/file_batches`;
  return once<{ id: string | null }>({
    async send() {
      const id = asText(asObject(await call(what, (client) => client.post(path, { body, ...betaHeaders }), slow)).id);
      if (id === "") throw malformedAnswer(what, baseUrl, "something that is not a file batch");
      return { id };
    },
    async find() {
      const ids = new Set(files.map(({ fileId }) => fileId));
      for await (const { fileId } of readMembers(deps, storeId)) if (ids.has(fileId)) return { id: null };
      return null;
    },
    clock,
    signal,
    retries,
  }).then(({ id }) => id);
}

/** The number of files that a server accepts after it refused a batch as too long; `null` for other refusals. */
function lengthTaken(error: unknown, length: number): number | null {
  const { code, words } = refusal(error);
  const named = Number(/array too long\D+(\d+)/i.exec(words)?.[1] ?? Number.NaN);
  const taken = named >= 1 ? named : Math.floor(length / 2);
  const isTooLong = !Number.isNaN(named) || code === "array_above_max_length";
  return isTooLong && taken >= 1 && taken < length ? taken : null;
}

/** True for the refusal of a server that knows only `file_ids`. */
function knowsNoFiles(error: unknown): boolean {
  const { status, words } = refusal(error);
  if (status === 422) return true;
  return status === 400 && (/\bfile_ids\b/.test(words) || /['"`]files['"`]/.test(words));
}

function refusal(error: unknown): { status: number | null; code: string | null; words: string } {
  const [first] = error instanceof ProblemError ? error.problems : [];
  return { status: first?.api?.status ?? null, code: first?.api?.code ?? null, words: first?.message ?? "" };
}
