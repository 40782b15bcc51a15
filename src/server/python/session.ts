import { orAborted } from "../../kit/waiting.ts";
import type { CodeRequest, CodeResult } from "../tools.ts";
import { renderLogs, sessionLost } from "./logs.ts";
import type { GivenFile } from "./pyodide/protocol.ts";
import type { Python, PythonLimits } from "./pyodide/python.ts";
import { placeFile, workspace } from "./workspace.ts";

const mebibyte = 1024 * 1024;

/** The Python of one conversation and its files, which outlive a Python that had to be ended. */
export interface Session {
  run(request: CodeRequest, signal: AbortSignal): Promise<CodeResult>;
  /** Whether a run is in progress or waits. */
  busy(): boolean;
  end(): Promise<void>;
}

/** Creates a session that starts its Python with its first run, and again after it was lost. Runs wait for one another. */
export function createSession(openPython: () => Promise<Python>, limits: PythonLimits): Session {
  /** The paths of the given files, by file id. */
  const given = new Map<string, string>();
  /** What the code wrote, by path. */
  const written = new Map<string, Uint8Array>();
  let python: Promise<Python> | undefined;
  /** The same, once it is available. */
  let current: Python | undefined;
  let filled = false;
  let isNew = true;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const open = async (): Promise<Python> => {
    const forget = () => {
      python = undefined;
      current = undefined;
      filled = false;
    };
    try {
      const opened = await openPython();
      current = opened;
      void opened.ended.then(forget);
      return opened;
    } catch (error) {
      forget();
      throw error;
    }
  };
  const filesToSend = async (files: CodeRequest["files"]): Promise<GivenFile[]> => {
    const sent = filled ? [] : [...written].map(([path, bytes]) => ({ path, bytes }));
    for (const file of files) {
      const known = given.get(file.id);
      if (known !== undefined && (filled || written.has(known))) continue;
      const taken = [...given].flatMap(([id, path]) => [path, `${workspace}/${id}`]);
      const path = known ?? placeFile(file.filename, new Set([...taken, ...written.keys()]));
      sent.push({ path, bytes: await file.read() });
      given.set(file.id, path);
    }
    const ids = new Map([...given].map(([id, path]) => [path, id]));
    return sent.map(({ path, bytes }) => {
      const id = ids.get(path);
      return { path, bytes, alias: id === undefined ? null : `${workspace}/${id}` };
    });
  };
  /** A session keeps as many written files as its Python could hold; beyond that, those written longest ago are removed. */
  const remember = (files: CodeResult["files"]): void => {
    for (const { path, bytes } of files) {
      written.delete(path);
      written.set(path, bytes);
    }
    let size = [...written.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    for (const [path, bytes] of written) {
      if (size <= limits.memoryLimit * mebibyte) break;
      written.delete(path);
      size -= bytes.length;
    }
  };

  const runNow = async (request: CodeRequest, signal: AbortSignal): Promise<CodeResult> => {
    signal.throwIfAborted();
    python ??= open();
    const opened = await orAborted(python, signal);
    const earlier = isNew ? request.earlier : undefined;
    if (earlier) remember(await earlier());
    const files = await filesToSend(request.files);
    filled = false;
    isNew = false;
    const outcome = await opened.run({ input: request.input, files }, signal);
    filled = outcome.lost === null;
    remember(outcome.files);
    const logs = renderLogs(outcome, limits);
    return { logs: earlier ? sessionLost + logs : logs, images: outcome.images, files: outcome.files };
  };

  return {
    run: async (request, signal) => {
      waiting += 1;
      const result = last.then(() => runNow(request, signal));
      last = result.catch(() => {});
      return result.finally(() => (waiting -= 1));
    },
    busy: () => waiting > 0,
    async end() {
      if (current !== undefined) return current.end();
      // The first Python on a machine takes seconds to prepare; nobody should have to wait for it only to see it ended.
      python?.then((late) => late.end()).catch(() => {});
    },
  };
}
