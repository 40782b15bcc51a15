/** An uploaded file. An API neither changes one nor gives its content back, so a file with other content is another object. */
export interface FileSpec {
  /** The last part of its path. */
  filename: string;
  /** Of its bytes, 64 hex characters; `null` for what an API answered. */
  sha256: string | null;
  bytes: number;
}
