/** True for `HOST:PORT` or only a port. */
export function isAddress(text: string): boolean {
  const port = /^(?:.+:)?(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}
