/** A kind of stored object: how it is named in the store and what it can be found by. */
export interface Kind<T> {
  readonly name: string;
  /** Unique within the kind. */
  key(value: T): string;
  /** The key of the object that it belongs to, or `null`. */
  parent(value: T): string | null;
  /** One more thing that it can be filtered by (a run's status, a file's purpose), or `null`. */
  tag(value: T): string | null;
}

/** Makes a kind whose key is the object's `id`, unless `more` says otherwise. */
export function kind<T extends { id: string }>(name: string, more: Partial<Omit<Kind<T>, "name">> = {}): Kind<T> {
  return { name, key: ({ id }) => id, parent: () => null, tag: () => null, ...more };
}

/** Which objects of a kind. */
export interface Filter {
  parent?: string;
  /** Only objects with one of these tags. */
  tags?: readonly string[];
}

/** Which page of them. `after` and `before` are keys; those of objects removed one by one still mark their place. */
export interface PageQuery extends Filter {
  /** By insertion. */
  order: "asc" | "desc";
  limit: number;
  after?: string;
  before?: string;
}

/** In the order asked for. With `before` alone it is the page that ends just before that key. */
export interface Page<T> {
  data: T[];
  /** Whether there is more in the direction of reading. */
  hasMore: boolean;
}

/** Keeps JSON objects in insertion order. A write is committed when the call, or the outermost `transaction`, returns. */
export interface Store {
  /** Throws when the key is taken. */
  insert<T>(kind: Kind<T>, value: T): void;
  get<T>(kind: Kind<T>, key: string): T | null;
  /** Keeps the place in the order; `false` when there is nothing to replace. */
  replace<T>(kind: Kind<T>, value: T): boolean;
  /** `false` when there was nothing to remove. */
  remove<T>(kind: Kind<T>, key: string): boolean;
  /** Removes everything of the kind that belongs to the parent. */
  removeChildren<T>(kind: Kind<T>, parent: string): void;
  /** Throws `UnknownKey` when `after` or `before` was never a key of the kind. */
  page<T>(kind: Kind<T>, query: PageQuery): Page<T>;
  /** All that fit, oldest first; for questions whose answer is not large. */
  all<T>(kind: Kind<T>, filter?: Filter): T[];
  /** All or nothing; nests. `work` is synchronous, so nothing else of this process runs in between. */
  transaction<R>(work: () => R): R;
  /** Removes every object of every kind. */
  clear(): void;
}

/** Keeps bytes, in parts, so that a large file is never in memory as a whole. Each call is committed as it returns. */
export interface Blobs {
  /** Adds a part at the end; the first one makes the blob. */
  append(id: string, part: Uint8Array): void;
  /** The parts in order, each read when it is asked for; none when there is no such blob. */
  parts(id: string): Iterable<Uint8Array>;
  remove(id: string): void;
  /** Every blob there is. */
  ids(): string[];
}

/** A page was asked to begin or end at a key that never was. */
export class UnknownKey extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`unknown key ${key}`);
    this.name = "UnknownKey";
    this.key = key;
  }
}
