/** An uploaded file. An API neither changes it nor returns its content, so a file with different content is another object. */
export interface FileSpec {
  /** The last part of its path. */
  filename: string;
  /** The hash of its bytes, 64 hex characters; `null` in an answer of the API. */
  sha256: string | null;
  bytes: number;
}
