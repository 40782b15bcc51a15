/** Image types that every browser shows, and that cannot contain a script. */
export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** The image type of bytes by their signature, whatever their name; `null` for everything else. Signatures: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const start = Array.from(bytes.subarray(0, 16), (byte) => String.fromCodePoint(byte)).join("");
  if (start.startsWith("\u0089PNG\r\n\u001a\n")) return "image/png";
  if (start.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  return /^RIFF[^]{4}WEBPVP/.test(start) ? "image/webp" : null;
}
