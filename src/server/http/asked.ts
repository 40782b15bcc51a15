/** What goes with a request through the parts of the server that answer it. */
export interface Asked {
  Bindings: {
    requestId: string;
    /** The name of the key that it was sent with, `null` without one. */
    key: string | null;
    /** Whose objects it is about, once that is known. */
    project: string | null;
    /** The pattern of its path, as in `/v1/threads/:thread_id`; `null` when there is none. */
    route: string | null;
  };
}
