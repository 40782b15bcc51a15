/** True for the address of a file or a vector store where an id is also possible: the API's ids have no dots (`file-abc`, `vs_abc`). */
export function isAddress(name: string): boolean {
  return /^(file|vector_store)\./.test(name);
}

/** The address of the file at this path of a project. */
export function fileAddress(path: string): string {
  return `file.${path}`;
}
