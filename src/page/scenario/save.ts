/** Offers a text, or bytes, as a download that the browser never opens. */
export function save(name: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replaceAll(/[^\p{L}\p{N}._ -]/gu, "_") || "file";
  link.click();
  URL.revokeObjectURL(url);
}
