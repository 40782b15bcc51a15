/** A file that a tool may read: its id and name, and its bytes on demand. */
export interface ReadableFile {
  id: string;
  filename: string;
  read(): Promise<Uint8Array>;
}

/** Runs Python. Each thread has one session: variables and files persist between calls. */
export interface CodeInterpreter {
  /** Runs one piece of code; errors of the code are in its logs (a traceback), not a rejection. */
  run(request: CodeRequest, signal: AbortSignal): Promise<CodeResult>;
  /** Prepares for a first call in advance, so that it is faster. */
  prewarm(): void;
  /** Ends the session of a thread, if there is one. */
  endSession(threadId: string): Promise<void>;
  /** Ends every session. */
  close(): Promise<void>;
}

export interface CodeRequest {
  threadId: string;
  input: string;
  /** Readable under `/mnt/data/<filename>`. */
  files: ReadableFile[];
  /** The files that the thread's code wrote in earlier sessions, in any process; absent when there was none. A new session starts with these files. */
  earlier?: () => Promise<WrittenFile[]>;
}

/** A file that code wrote, with its path. */
export interface WrittenFile {
  path: string;
  bytes: Uint8Array;
}

export interface CodeResult {
  /** stdout and stderr in order, then the traceback if the code failed. */
  logs: string;
  /** The images that the code drew, as PNG. */
  images: Uint8Array[];
  /** Files that the code wrote or changed under `/mnt/data`. */
  files: WrittenFile[];
}

/** Finds passages in vector stores. */
export interface FileSearch {
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult[]>;
}

export interface SearchRequest {
  vectorStoreIds: string[];
  query: string;
  maxNumResults: number;
  /** 0 to 1; results below it are left out. */
  scoreThreshold: number;
  /** The API's attribute filter (eq ne gt gte lt lte in nin, and, or), already validated. */
  filters: unknown;
}

export interface SearchResult {
  fileId: string;
  filename: string;
  score: number;
  attributes: Record<string, string | number | boolean>;
  content: string[];
}
