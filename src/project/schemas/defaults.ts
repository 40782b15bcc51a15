/** The default values of keys, shared by the schemas and the code that reads files. */
export const keyDefaults = {
  serve: { port: 8787, host: "127.0.0.1", model: "script", log: "text", drain: "0s", dbConnections: 10 },
  http: { method: "POST" },
  rankingOptions: { ranker: "auto" },
  scenario: { onFail: "stop", pass: "all" },
  /** Names under `models` of playbill.yaml. */
  models: { judge: "judge", user: "user", embeddings: "embeddings" },
  /** The minimum number of citations or files. */
  minimum: 1,
  expect: { severity: "gate", status: "completed", toolOrder: "any", otherTools: "allow" },
} as const;
