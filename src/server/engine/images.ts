/** Image types by their first bytes, because file names are unreliable. */
const signatures: [type: string, start: number[]][] = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
];

function mediaType(bytes: Uint8Array): string {
  const found = signatures.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  return found?.[0] ?? "image/png";
}

/** An image as a data URL. */
export function dataUrlOf(bytes: Uint8Array): string {
  return `data:${mediaType(bytes)};base64,${Buffer.from(bytes).toString("base64")}`;
}
