import type { ResourceKind } from "../../resources/resource.ts";

/** A file that declares an object or a part of it. */
export interface NewFile {
  /** From the project's root. */
  path: string;
  text: string;
  /** The field of the object that it contains; `null` for the YAML of the object itself. */
  field: string | null;
}

/** A part of an object that its files do not express. */
export interface NotWritten {
  field: string;
  /** The part and the reason, as part of a sentence. */
  what: string;
}

/** The files that declare one object. */
export interface Writing {
  /** Referenced files come first; the YAML of the object is last. */
  files: NewFile[];
  /** Paths of existing files that are referenced, for example of shared tools. */
  uses: string[];
  notWritten: NotWritten[];
}

/** The context for writing an object. */
export interface WritingContext {
  /** The last part of its address, and of the names of its files. */
  stem: string;
  /** The target's name for each model. */
  models: Readonly<Record<string, string>>;
  /** The default values for files of its kind. */
  defaults: Readonly<Record<string, unknown>>;
  /** Fields that cannot be written, with the reason. */
  leftOut: ReadonlyMap<string, string>;
  /** Fields whose values at the target cannot be expressed in files: they are left to the target. */
  ignored: ReadonlySet<string>;
  naming: Naming;
  /** Parts of the object outside of its spec. */
  unknown: readonly NotWritten[];
}

/** How files refer to other objects, by their ids. */
export interface Naming {
  /** Its address; `null` for an object that is not this project's. */
  addressOf(this: void, id: string): string | null;
  /** Its display name; `null` when unknown. */
  labelOf(this: void, id: string): string | null;
  /** True if files may refer to objects at the target by id. */
  namesIds: boolean;
}

/** How objects of one kind are written as files: the inverse of resolving them. */
export interface KindWriter<S extends object = object> {
  kind: ResourceKind<S>;
  /** The folder of their YAML. */
  folder: string;
  write(this: void, spec: S, context: WritingContext): Writing;
}
