import { compareText } from "../kit/json.ts";
import { fileAddress } from "../resources/address.ts";
import { covers, expandFields } from "../resources/fields.ts";
import { fileKind } from "../resources/file/kind.ts";
import type { Desired, NamedObject } from "../resources/resource.ts";
import { vectorStoreKind } from "../resources/vector-store/kind.ts";
import type { StoreMember, VectorStoreSpec } from "../resources/vector-store/spec.ts";
import { pathFrom } from "./draft.ts";
import type { Declared, Path, Project } from "./project.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** The sorted paths of a vector store's files, each with its first reference. */
export function filesOfStore(
  declared: Pick<Declared<WrittenVectorStore>, "file" | "value">,
  { matches }: Pick<Project, "matches">,
): ReadonlyMap<string, Path> {
  const named = declared.value.files.flatMap((written, index) => {
    if (typeof written !== "string") return [];
    return (matches.get(pathFrom(declared, written)) ?? []).map((path): [string, Path] => [path, ["files", index]]);
  });
  return new Map(
    new Map(named.toReversed())
      .entries()
      .toArray()
      .toSorted(([one], [other]) => compareText(one, other)),
  );
}

/** A vector store of the project; `sha256Of` returns the hash of a file by its path. */
export function resolveVectorStore(
  project: Pick<Project, "matches">,
  declared: Declared<WrittenVectorStore>,
  sha256Of: (path: string) => string,
): Desired<VectorStoreSpec> {
  const { name, address, value } = declared;
  const { ignore = [] } = value;
  const own = [...filesOfStore(declared, project).keys()].map((path): StoreMember => {
    return { file: fileAddress(path), path, sha256: sha256Of(path) };
  });
  const named = namedFiles(declared);
  const others = named.map(({ id }): StoreMember => ({ file: id, path: null, sha256: null }));
  const written = {
    name: value.name ?? name,
    files: { kind: "members" as const, members: [...own, ...others] },
    ...(value.chunking === undefined ? {} : { chunking: value.chunking }),
    ...(value.expires_after === undefined ? {} : { expires_after: value.expires_after }),
    ...(value.metadata === undefined ? {} : { metadata: value.metadata }),
  };
  const spec: VectorStoreSpec = { chunking: null, expires_after: null, metadata: {}, ...written };
  return {
    kind: vectorStoreKind.name,
    address,
    spec,
    declared: expandFields(vectorStoreKind, Object.keys(written), spec).filter(
      (field) => !ignore.some((each) => covers(each, field)),
    ),
    protect: value.protect ?? false,
    ignore,
    adopt: value.adopt ?? null,
    ...(named.length > 0 && { named }),
  };
}

function namedFiles({ value, place }: Declared<WrittenVectorStore>): NamedObject[] {
  return value.files.flatMap((written, index) =>
    typeof written === "string" ? [] : [{ kind: fileKind.name, id: written.id, place: place(["files", index, "id"]) }],
  );
}
