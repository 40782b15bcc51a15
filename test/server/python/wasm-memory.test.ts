import fc from "fast-check";
import { expect, test } from "vitest";
import { withMemoryMaximum } from "../../../src/server/python/pyodide/wasm-memory.ts";

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const oneMemoryOf = (limits: number[]) => [5, limits.length + 1, 1, ...limits];
const exportIt = [7, 5, 1, 1, 0x6d, 2, 0];

interface Engine {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: { m: { grow(pages: number): number } } } }>;
}

async function memoryOf(module: Uint8Array) {
  const engine = Reflect.get(globalThis, "WebAssembly") as unknown as Engine;
  return (await engine.instantiate(module)).instance.exports.m;
}

test("memory grows to the maximum and not a page further, whatever the module said", async () => {
  const maximum = fc.integer({ min: 3, max: 300 });
  const before = fc.constantFrom(oneMemoryOf([0, 2]), oneMemoryOf([1, 2, 0xff, 0x7f]));
  await fc.assert(
    fc.asyncProperty(before, maximum, async (section, pages) => {
      const patched = withMemoryMaximum(Uint8Array.from([...header, ...section, ...exportIt]), pages);
      const memory = await memoryOf(patched);
      expect(memory.grow(pages - 2)).toBe(2);
      expect(() => memory.grow(1)).toThrow(RangeError);
    }),
    { numRuns: 20 },
  );
});
