/** A file that cannot be made into text; the vector store file fails with this as its `last_error`. */
export class Unparsable extends Error {
  readonly code: "unsupported_file" | "invalid_file";

  constructor(code: Unparsable["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Unparsable";
    this.code = code;
  }
}
