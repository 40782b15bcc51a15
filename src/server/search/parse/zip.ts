import { strFromU8, unzipSync } from "fflate";
import { Unparsable } from "./unparsable.ts";

/** The largest part that is unpacked, in bytes: a larger one indicates an archive made to exhaust its reader. */
const largestPart = 128 * 1024 * 1024;

/** The named parts of a zip archive, as text. Throws Unparsable if it is not a zip archive, or too large. */
export function zipTexts(bytes: Uint8Array, wanted: (name: string) => boolean): Map<string, string> {
  const parts = unzip(bytes, wanted);
  return new Map(Object.entries(parts).map(([name, part]) => [name, strFromU8(part)]));
}

function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  let size = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (!wanted(name)) return false;
    size += originalSize;
    if (size > largestPart)
      throw new Unparsable("invalid_file", "The file could not be parsed because it is too large.");
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof Unparsable) throw cause;
    throw new Unparsable("invalid_file", "The file could not be parsed because it is not a valid Office document.", {
      cause,
    });
  }
}
