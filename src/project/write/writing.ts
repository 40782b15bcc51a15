import type { ResourceKind } from "../../resources/resource.ts";

/** A file that declares an object or a part of it. */
export interface NewFile {
  /** From the project's root. */
  path: string;
  text: string;
  /** The field of the object that it holds; `null` for the YAML of the object itself. */
  field: string | null;
}

/** Something of an object that its files do not say. */
export interface NotWritten {
  field: string;
  /** What it is and why it is not there, as a part of a sentence. */
  what: string;
}

/** The files that declare one object. */
export interface Writing {
  /** What others name comes first; the YAML of the object is the last. */
  files: NewFile[];
  /** Paths of files that are there already and are named, as those of tools that others have too. */
  uses: string[];
  notWritten: NotWritten[];
}

/** What decides how an object is written, besides the object. */
export interface WritingContext {
  /** The last part of its address, and of the names of its files. */
  stem: string;
  /** What a target calls each model. */
  models: Readonly<Record<string, string>>;
  /** What files of its kind have when they do not say otherwise. */
  defaults: Readonly<Record<string, unknown>>;
  /** Fields that cannot be written, with the reason. */
  leftOut: ReadonlyMap<string, string>;
  /** Fields that the target keeps differently from how files can say it: they are left to it. */
  ignored: ReadonlySet<string>;
  naming: Naming;
  /** What the object has beside its spec. */
  unknown: readonly NotWritten[];
}

/** How files say which object another one refers to, by the id of that one. */
export interface Naming {
  /** Its address; `null` for an object that is not this project's. */
  addressOf(this: void, id: string): string | null;
  /** What people call it; `null` when nobody knows. */
  labelOf(this: void, id: string): string | null;
  /** Whether objects at the target may be named by their ids. */
  namesIds: boolean;
}

/** How objects of one kind are written as files: the inverse of resolving them. */
export interface KindWriter<S extends object = object> {
  kind: ResourceKind<S>;
  /** Where their YAML is. */
  folder: string;
  write(this: void, spec: S, context: WritingContext): Writing;
}
