import { posix } from "node:path";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { VectorStoreSpec } from "../../resources/vector-store/spec.ts";
import type { KindWriter, Naming, NotWritten } from "./writing.ts";
import { commentsOf } from "./comments.ts";
import { yamlText } from "./yaml-text.ts";

const folder = "assistants/vector_stores";

/** Writes vector stores as YAML. APIs do not return file contents: files are referenced by id, or noted in a comment. */
export function vectorStoreWriter(header: string): KindWriter<VectorStoreSpec> {
  return {
    kind: vectorStoreKind,
    folder,
    write(spec, { stem, defaults, leftOut, ignored, naming, unknown }) {
      const members = spec.files.kind === "members" ? spec.files.members.map(({ file }) => file) : [];
      const files = members.map((id) => memberName(id, naming));
      const texts = Object.entries(spec.metadata).filter(([, value]) => typeof value === "string");
      const unsaid: NotWritten[] = [...[...leftOut].map(([field, what]) => ({ field, what })), ...unknown];
      const value = {
        ...((spec.name !== stem || Object.hasOwn(defaults, "name")) && { name: spec.name ?? "" }),
        files,
        ...(spec.chunking !== null && { chunking: spec.chunking }),
        ...(spec.expires_after !== null && { expires_after: spec.expires_after }),
        ...((texts.length > 0 || Object.hasOwn(defaults, "metadata")) && { metadata: Object.fromEntries(texts) }),
        ...(ignored.size > 0 && { ignore: [...ignored] }),
      };
      const kept = Object.fromEntries(
        Object.entries(value).filter(([field]) => field === "files" || !leftOut.has(field)),
      );
      const yaml = yamlText(kept);
      if (yaml === null) throw new Error(`the vector store ${stem} has what YAML cannot hold`);
      const path = posix.join(folder, `${stem}.yaml`);
      const text = `${header}${commentsOf(unsaid)}${labelled(yaml, naming)}`;
      return { files: [{ path, text, field: null }], uses: [], notWritten: unsaid };
    },
  };
}

/** A reference to a file: by path if it is in the project, otherwise by id. */
function memberName(id: string, { addressOf }: Naming): string | { id: string } {
  const address = addressOf(id);
  return address === null ? { id } : posix.relative(folder, address.slice("file.".length));
}

/** The YAML with file names as comments next to ids. */
function labelled(yaml: string, { labelOf }: Naming): string {
  return yaml.replaceAll(/^( +- id: )([\w-]+)$/gm, (line, _begin: string, id: string) => {
    const label = labelOf(id)?.replaceAll(/\p{C}/gu, " ").trim() ?? "";
    return label === "" ? line : `${line}  # ${label}`;
  });
}
