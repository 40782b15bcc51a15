import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BusboyInstance } from "@fastify/busboy";
import { refuse } from "../../http/errors.ts";
import { brokenOff, tooLarge } from "../../http/routes/requests.ts";

/** The parts of a form besides the bytes of its file. */
export interface Form {
  fields: Map<string, string>;
  /** `null` if the form has no file. */
  file: { filename: string; bytes: number } | null;
}

/** Limits that no legitimate upload form reaches. */
const limits = { files: 1, fields: 16, fieldSize: 4096, headerPairs: 32, headerSize: 8192 };

/**
 * Reads a multipart form and passes on the bytes of its single file (field `file`) as they arrive. Throws an ApiFailure for anything
 * else, and a 413 as soon as the file is larger than `largest` bytes.
 */
export async function readForm(
  request: Request,
  largest: number,
  keep: (part: Buffer) => Promise<void>,
): Promise<Form> {
  const parser = await createParser(request.headers.get("content-type"), largest);
  const form: Form = { fields: new Map(), file: null };
  const refusals: unknown[] = [];
  let incoming: Readable | null = null;
  let storing: Promise<void> = Promise.resolve();
  const refuseFor = (error: unknown): void => {
    refusals.push(error);
    parser.destroy(new Error("refused"));
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      refuseFor(error);
    }
  };
  parser.on("filesLimit", () => attempt(malformed));
  parser.on("fieldsLimit", () => attempt(malformed));
  parser.on("field", (name, value) => form.fields.set(name, value));
  parser.on("file", (name, stream, filename) => {
    if (name !== "file")
      attempt(() => refuse(`Unknown parameter: '${name}'.`, { param: name, code: "unknown_parameter" }));
    const file = { filename, bytes: 0 };
    form.file = file;
    stream.on("limit", () => attempt(() => tooLarge(largest)));
    incoming = stream;
    storing = store(stream, async (part) => {
      file.bytes += part.length;
      if (refusals.length === 0) await keep(part).catch(refuseFor);
    }).catch(() => attempt(malformed));
  });
  /** An abandoned parser never delivers what it still holds. */
  const stopReading = (): void => void incoming?.destroy();
  const body = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body);
  let isBrokenOff = false;
  body.once("error", () => void (isBrokenOff = true));
  try {
    await pipeline(body, parser);
  } catch {
    stopReading();
    if (refusals.length > 0) throw refusals[0];
    if (isBrokenOff) brokenOff();
    malformed();
  } finally {
    await storing;
  }
  if (refusals.length > 0) throw refusals[0];
  return form;
}

async function store(stream: Readable, keep: (part: Buffer) => Promise<void>): Promise<void> {
  for await (const part of stream) await keep(part as Buffer);
}

async function createParser(contentType: string | null, largest: number): Promise<BusboyInstance> {
  if (!/^multipart\/form-data\b/i.test(contentType ?? ""))
    refuse(`Invalid Content-Type header (${contentType ?? "none"}), expected multipart/form-data.`);
  const { Busboy } = await import("@fastify/busboy");
  try {
    return new Busboy({ headers: { "content-type": contentType ?? "" }, limits: { ...limits, fileSize: largest } });
  } catch {
    return malformed();
  }
}

function malformed(): never {
  refuse("Could not parse multipart form.");
}
