const memorySection = 5;
const headerLength = 8;
const hasMaximum = 1;

/** A copy of a WebAssembly module whose only memory can grow to at most `pages` (of 64 KiB): the engine itself refuses more. */
export function withMemoryMaximum(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  const section = findSection(wasm, memorySection);
  const minimum = readNumber(wasm, section.content + 2);
  const content = [1, hasMaximum, ...writeNumber(minimum.value), ...writeNumber(pages)];
  const patched = [memorySection, ...writeNumber(content.length), ...content];
  const result = new Uint8Array(section.start + patched.length + wasm.length - section.end);
  result.set(wasm.subarray(0, section.start));
  result.set(patched, section.start);
  result.set(wasm.subarray(section.end), section.start + patched.length);
  return result;
}

function findSection(wasm: Uint8Array, id: number): { start: number; content: number; end: number } {
  let start = headerLength;
  while (start < wasm.length) {
    const size = readNumber(wasm, start + 1);
    const end = size.next + size.value;
    if (wasm[start] === id) return { start, content: size.next, end };
    start = end;
  }
  throw new Error(`the module has no section ${id}`);
}

/** Unsigned LEB128, the number format of WebAssembly. */
function readNumber(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  let next = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[next] ?? 0;
    next += 1;
    value += (byte % 128) * scale;
    if (byte < 128) return { value, next };
  }
}

function writeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...writeNumber(Math.floor(value / 128))];
}
