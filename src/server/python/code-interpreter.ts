import type { CodeInterpreter } from "../tools.ts";
import { loadBasis, type PythonBasis } from "./pyodide/basis.ts";
import { openPython, type Python } from "./pyodide/python.ts";
import { createSession, type Session } from "./session.ts";

export interface CodeInterpreterOptions {
  /** A folder of wheels for Pyodide (with its `pyodide-lock.json`, or without) that Python may import, or null. */
  packages: string | null;
  /** A folder where the memory of a started Python is kept, so that the next start is fast, or null. */
  cache: string | null;
  /** Milliseconds one call may take; a minute when absent. */
  timeLimit?: number;
  /** MiB of memory a session may use, 64 to 4,096; 512 when absent. */
  memoryLimit?: number;
  /** Milliseconds after which a session that is not used ends; ten minutes when absent. */
  idleLimit?: number;
  /** Sessions alive at once, 8 when absent; the one used longest ago ends first. */
  sessionLimit?: number;
}

/** Runs Python by Pyodide: a thread a session, no network, no host files. Nothing is loaded before `prewarm` or the first call. */
export function createCodeInterpreter(options: CodeInterpreterOptions): CodeInterpreter {
  const { timeLimit = 60_000, memoryLimit = 512, idleLimit = 600_000, sessionLimit = 8 } = options;
  const limits = { timeLimit, memoryLimit };
  const closing = new AbortController();
  const opened = new Set<Python>();
  /** In order of use. */
  const sessions = new Map<string, { session: Session; idle: NodeJS.Timeout | undefined }>();
  let basis: Promise<PythonBasis> | undefined;
  let spare: Promise<Python> | undefined;

  const open = async (): Promise<Python> => {
    basis ??= loadBasis({ ...options, memoryLimit }, closing.signal);
    // What failed once may work when tried again.
    basis.catch(() => (basis = undefined));
    const ready = await basis;
    closing.signal.throwIfAborted();
    const python = openPython(ready, limits);
    opened.add(python);
    void python.ended.then(() => opened.delete(python));
    return python;
  };
  const takePython = (): Promise<Python> => {
    const python = spare ?? open();
    spare = undefined;
    return python;
  };

  const endSession = async (threadId: string): Promise<void> => {
    const entry = sessions.get(threadId);
    sessions.delete(threadId);
    clearTimeout(entry?.idle);
    await entry?.session.end();
  };
  const endOldest = async (): Promise<void> => {
    const excess = sessions.size - sessionLimit;
    const idle = [...sessions].filter(([, { session }]) => !session.busy()).map(([threadId]) => threadId);
    await Promise.all(idle.slice(0, Math.max(0, excess)).map(endSession));
  };
  const run: CodeInterpreter["run"] = async (request, signal) => {
    const { threadId } = request;
    const entry = sessions.get(threadId) ?? { session: createSession(takePython, limits), idle: undefined };
    sessions.delete(threadId);
    sessions.set(threadId, entry);
    clearTimeout(entry.idle);
    const result = entry.session.run(request, signal);
    await endOldest();
    try {
      return await result;
    } finally {
      clearTimeout(entry.idle);
      if (sessions.get(threadId) === entry) {
        entry.idle = setTimeout(() => void endSession(threadId), idleLimit).unref();
      }
    }
  };

  return {
    run,
    endSession,
    prewarm: () => {
      spare ??= open();
      spare.catch(() => {});
    },
    close: async () => {
      closing.abort();
      for (const { idle } of sessions.values()) clearTimeout(idle);
      sessions.clear();
      await Promise.all([...opened].map((python) => python.end()));
    },
  };
}
