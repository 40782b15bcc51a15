import type { CodeInterpreter } from "../tools.ts";
import { loadBasis, type PythonBasis } from "./pyodide/basis.ts";
import { openPython, type Python } from "./pyodide/python.ts";
import { createSession, type Session } from "./session.ts";

export interface CodeInterpreterOptions {
  /** A folder of wheels for Pyodide (with or without its `pyodide-lock.json`) that Python may import, or null. */
  packages: string | null;
  /** A folder for the memory image of a started Python, which makes the next start fast, or null. */
  cache: string | null;
  /** The milliseconds that one call may take; one minute by default. */
  timeLimit?: number;
  /** The memory in MiB that a session may use, 64 to 4,096; 512 by default. */
  memoryLimit?: number;
  /** The milliseconds after which an unused session ends; ten minutes by default. */
  idleLimit?: number;
  /** The most sessions at once, 8 by default; the least recently used ends first. */
  sessionLimit?: number;
}

/** Runs Python with Pyodide: one thread per session, no network, no host files. Nothing is loaded before `prewarm` or the first call. */
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
    // A retry may succeed.
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
    } catch (error) {
      // A thread that closing ended while it started reports that it ended, but not why.
      closing.signal.throwIfAborted();
      throw error;
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
