import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createOutput } from "../../src/cli/output.ts";

/** An output to a stream that is a terminal of this width, or none. */
function open(isTTY: boolean, columns: number | undefined) {
  const written: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => (written.push(String(chunk)), done()) });
  const output = createOutput(Object.assign(stream, { isTTY, columns }) as unknown as NodeJS.WriteStream, () => {});
  return { output, written };
}

const clear = "\r\u001b[2K";

test("a terminal's last line shows the current state: text is printed above it, and it disappears", () => {
  const { output, written } = open(true, 40);
  output.status("1 of 2");
  output.status("1 of 2");
  output.write("a created\n");
  output.status("");
  output.write("Done.\n");
  expect(written).toEqual([`${clear}1 of 2`, `${clear}a created\n1 of 2`, clear, "Done.\n"]);
});

test.each([
  [12, "  1 of 302 "],
  [0, "  1 of 302  file.assistants/files/h/f0001.md 709 B of 709 B"],
  [undefined, "  1 of 302  file.assistants/files/h/f0001.md 709 B of 709 B"],
])("in %s columns it keeps to one line, and controls nothing", (columns, line) => {
  const { output, written } = open(true, columns);
  output.status("  1 of 302  file.assistants/files/h/f0001.md 709 B of 709 B");
  output.status("\u001b[31m\nred");
  expect(written[0]).toBe(clear + line);
  const shown = written[1]?.slice(clear.length) ?? "";
  expect([shown.includes("\u001b"), shown.includes("\n")]).toEqual([false, false]);
});

test("elsewhere it is nothing", () => {
  const { output, written } = open(false, undefined);
  output.status("1 of 2");
  output.write("Done.\n");
  expect(written).toEqual(["Done.\n"]);
});
