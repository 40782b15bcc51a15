/**
 * The thread that a session's Python runs in. Pyodide under Node gives Python the thread's whole world (`js`, `run_js`, NODEFS, sockets), so
 * it does not run there but in a bare, separate realm (`vm`: no Node globals, no code from text, no imports), which it treats as a plain
 * shell. From there, the thread can be reached only through a few closures that return primitives, and behind them is no network, process or
 * file system. As a second line of defense, the thread empties its own realm before Python starts. A child process under Node's permission model was
 * the alternative: in Node 22, it leaves the network open, and it cannot share the memory that interrupts and output use.
 */
import { parentPort, workerData } from "node:worker_threads";
import vm from "node:vm";
import { guardHost, installGlobals } from "../realm/host.ts";
import { createInterpreter, type Interpreter, type InterpreterSettings } from "../realm/interpreter.ts";
import { createHost } from "./host.ts";
import { outputLimits } from "./outbox.ts";
import type { PythonThreadData, RunCommand } from "./protocol.ts";

const { assets, shared, image, packages }: PythonThreadData = workerData;
const port = parentPort;
if (port === null) throw new Error("worker.ts runs in a worker thread");

const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: true } });

/** The function, evaluated again inside the realm: its scope is that of the realm, not of this module. */
function inside<Given extends (...args: never[]) => unknown>(given: Given): Given {
  return vm.runInContext(`"use strict"; (${String(given)})`, context);
}

async function loadModule(name: string, source: string): Promise<Record<string, unknown>> {
  const refuse = inside(() => {
    throw new Error("nothing can be imported");
  });
  const module = new vm.SourceTextModule(source, {
    context,
    identifier: `file:///${name}`,
    initializeImportMeta: (meta) => void (meta.url = `file:///${name}`),
    importModuleDynamically: refuse,
  });
  await module.link(refuse);
  await module.evaluate();
  return module.namespace as Record<string, unknown>;
}

/** Leaves the thread's own realm with only the names of a bare one, without the ways to make code from text. */
function emptyThread(bare: readonly string[]): void {
  const functions = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const each of functions) delete Object.getPrototypeOf(each).constructor;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!bare.includes(name) || name === "Function" || name === "eval") Reflect.deleteProperty(globalThis, name);
  }
  for (const prototype of [Object.prototype, Array.prototype, Promise.prototype, Object.getPrototypeOf(emptyThread)]) {
    Object.freeze(prototype);
  }
}

const bare: string[] = Object.getOwnPropertyNames(vm.runInContext("globalThis", context));
const thread = createHost(port, { assets, shared, packages });
const host = inside(guardHost)(thread.lent);
inside(installGlobals)(host);
const settings: InterpreterSettings = {
  platform: assets.platform,
  wheels: packages?.names ?? [],
  modules: assets.modules,
  output: outputLimits,
};
const interpreter = inside(createInterpreter)({
  host,
  wasm: assets.wasm,
  image,
  shared,
  settings: JSON.stringify(settings),
});
const runtime = await loadModule("pyodide.asm.mjs", assets.runtime);
const loader = await loadModule("pyodide.mjs", assets.loader);
process.on("unhandledRejection", () => {});
emptyThread(bare);
port.on("message", (command: RunCommand) => {
  thread.begin();
  interpreter.run(command);
});
interpreter.start(loader["loadPyodide"] as Parameters<Interpreter["start"]>[0], runtime["default"]);
