/** The data of a request that is passed through the parts of the server. */
export interface Asked {
  Bindings: {
    requestId: string;
    /** The name of its API key; `null` without one. */
    key: string | null;
    /** The project whose objects it concerns, once that is known. */
    project: string | null;
    /** The pattern of its path, as in `/v1/threads/:thread_id`; `null` when there is none. */
    route: string | null;
  };
}
