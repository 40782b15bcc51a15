import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPython } from "./python.ts";

const { interpreter, run, logs } = startPython();
let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.end("reached");
});
let port = 0;

beforeAll(async () => {
  process.env["PLAYBILL_TEST_SECRET"] = "secret";
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  await run(prelude);
}, 30_000);
afterAll(async () => {
  server.close();
  await interpreter.close();
});

/** `refused(attempt)` prints the error that stopped it, or what it got. */
const prelude = `
import js, pyodide_js, os
O = js.constructor
M = pyodide_js._module
FS = pyodide_js.FS

def refused(attempt):
    try:
        print("GOT", repr(attempt())[:200])
    except BaseException as error:
        print(type(error).__name__, error)
`;

describe("the host's files", () => {
  test("are not there", async () => {
    expect(await logs("refused(lambda: open('/etc/passwd').read())")).toMatch(/^FileNotFoundError/);
    expect(await logs("sorted(os.listdir('/'))")).toBe("['dev', 'home', 'lib', 'mnt', 'proc', 'tmp']\n");
    expect(await logs(`os.path.exists(${JSON.stringify(import.meta.filename)})`)).toBe("False\n");
  });

  test.each([
    "pyodide_js.mountNodeFS('/tmp', '/')",
    "FS.mount(FS.filesystems.NODEFS, O.fromEntries([['root', '/']]), '/tmp')",
    "M.FS.filesystems.NODEFS.mount(O.fromEntries([['opts', O.fromEntries([['root', '/']])]]))",
    "FS.mount(FS.filesystems.WORKERFS, O.fromEntries([]), '/tmp')",
    "js.require('node:fs').readFileSync('/etc/passwd')",
    "M.require('node:fs')",
  ])("cannot be mounted or read by %s", async (attempt) => {
    expect(await logs(`refused(lambda: ${attempt})`)).toMatch(/^(JsException|AttributeError)/);
  });
});

describe("JavaScript", () => {
  test.each([
    "__import__('pyodide.code').code.run_js('process')",
    "O.constructor('return process')()",
    "O.constructor.constructor('return this')()",
    "M._emscripten_run_script(M.stringToNewUTF8('process'))",
    "O.getPrototypeOf(pyodide_js.runPythonAsync).constructor('return import(\"node:fs\")')()",
    "js.eval('process')",
    "js.process.env",
    "js.globalThis.process",
  ])("does not come from text or from the global scope: %s", async (attempt) => {
    expect(await logs(`refused(lambda: ${attempt})`)).toMatch(/^(JsException EvalError|AttributeError|ImportError)/);
  });

  test("leads from no object to a global of Node, or to a Function that makes code", async () => {
    const walk = `
queue, seen, found = [js, pyodide_js, M, FS, pyodide_js._api, pyodide_js._api.config], set(), set()
forbidden = {"process", "require", "fetch", "WebSocket", "XMLHttpRequest", "Buffer", "Worker", "workerData"}

def look(value):
    if hasattr(value, "js_id") and value.js_id not in seen:
        seen.add(value.js_id)
        queue.append(value)
        if getattr(value, "name", "").endswith("Function"):
            try: found.add(value("return 1")())
            except BaseException: pass

while queue and len(seen) < 2000:
    item = queue.pop()
    names = list(O.getOwnPropertyNames(item))
    found.update(forbidden.intersection(names))
    look(O.getPrototypeOf(item))
    for name in names:
        try: look(getattr(item, name))
        except BaseException: pass
len(seen) > 1000, sorted(found)`;
    expect(await logs(walk)).toBe("(True, [])\n");
  });

  test("cannot hook errors to see the thread's functions", async () => {
    expect(
      await logs("E = pyodide_js.ffi.PythonError.__proto__\nrefused(lambda: setattr(E, 'prepareStackTrace', print))"),
    ).toMatch(/^(JsException|AttributeError)/);
  });
});

describe("the environment", () => {
  test("is Python's own", async () => {
    expect(await logs("sorted(os.environ)")).toBe("['HOME', 'LANG', 'MPLBACKEND']\n");
    expect(await logs("import ctypes; ctypes.pythonapi.getenv(b'PLAYBILL_TEST_SECRET')")).toBe("0\n");
  });

  test.each([
    "os.system('true')",
    "os.fork()",
    "os.execv('/bin/sh', ['sh'])",
    "__import__('subprocess').run(['true'])",
  ])("starts no process: %s", async (attempt) => {
    expect(await logs(`refused(lambda: ${attempt})`)).toMatch(/^(OSError|GOT -1\n$)/);
  });
});

describe("the network", () => {
  test.each([
    "__import__('socket').create_connection(('127.0.0.1', PORT), 1).send(b'GET / HTTP/1.0\\r\\n\\r\\n')",
    "__import__('urllib.request').request.urlopen('http://127.0.0.1:PORT/').read()",
    "__import__('http.client').client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')",
    "__import__('pyodide.http').http.open_url('http://127.0.0.1:PORT/')",
    "FS.forceLoadFile(FS.createLazyFile('/tmp', 'lazy', 'http://127.0.0.1:PORT/', True, False))",
  ])("is not reached by %s", async (attempt) => {
    expect(await logs(`refused(lambda: ${attempt.replaceAll("PORT", String(port))})`)).toMatch(/^\w*(Error|Exception)/);
  });

  test.each([
    "await __import__('pyodide.http').http.pyfetch('http://127.0.0.1:PORT/')",
    "await pyodide_js.loadPackage('http://127.0.0.1:PORT/a-1-py3-none-any.whl')",
    "await pyodide_js.useNodeSockFS()",
    "import micropip; await micropip.install('http://127.0.0.1:PORT/a-1-py3-none-any.whl')",
  ])("nor by %s", async (attempt) => {
    expect(await logs(attempt.replaceAll("PORT", String(port)))).toMatch(/Error|Failed to load/);
  });

  test("and nothing of all this came to the server", async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("reached");
    expect(requests).toBe(1);
  });
});
