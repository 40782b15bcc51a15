/** Whether a database is named by a URL of PostgreSQL. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:/i.test(database);
}

/** The URL as it may be printed: without password and parameters. */
export function nameOf(url: string): string {
  if (!URL.canParse(url)) return "the PostgreSQL database";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}

/** The password that a URL has, or `null`; a secret. */
export function passwordOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { password, searchParams } = new URL(url);
  const written = password === "" ? searchParams.get("password") : password;
  if (written === null) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
