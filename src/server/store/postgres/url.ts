/** Whether the name of a database is a PostgreSQL URL. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(ql)?:/i.test(database);
}

/** The URL in a form that may be printed: without password and parameters. */
export function nameOf(url: string): string {
  if (!URL.canParse(url)) return "the PostgreSQL database";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}

/** The password in a URL, or `null`; a secret. */
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
