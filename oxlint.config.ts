import { defineConfig, type OxlintOverride } from "oxlint";

/** What each layer must not import: imports flow bin -> cli -> api -> {sync, scenarios, server} -> {project, targets} -> resources -> {schema, kit}. */
const layers: Record<string, string[]> = {
  cli: [],
  api: ["cli"],
  sync: ["cli", "api", "scenarios", "server"],
  scenarios: ["cli", "api", "sync", "server"],
  server: ["cli", "api", "sync", "scenarios", "targets"],
  project: ["cli", "api", "sync", "scenarios", "server", "targets"],
  targets: ["cli", "api", "sync", "scenarios", "server", "project"],
  resources: ["cli", "api", "sync", "scenarios", "server", "project", "targets"],
  schema: ["cli", "api", "sync", "scenarios", "server", "project", "targets", "resources"],
  kit: ["cli", "api", "sync", "scenarios", "server", "project", "targets", "resources", "schema"],
};

/** What runs in a browser too: of the other layers, these may take types only. */
const pageLayers: Record<string, string[]> = {
  "page-data": ["api", "cli", "sync", "scenarios", "server", "project", "targets", "resources", "schema", "page"],
  page: ["api", "cli", "sync", "scenarios", "server", "project", "targets", "resources", "schema"],
};

/** The only files that may touch the file system, processes, sockets, the clock, timers or the environment. */
const edges = [
  "src/bin.ts",
  "src/cli/**",
  "src/api/{folders,git,key-command,load,loaded-project,server,vitest,vitest-plugin,model,open-target,served-recordings}.ts",
  "src/api/testing/{asking,baseline-file,noted-sessions}.ts",
  "src/kit/clock.ts",
  "src/kit/files.ts",
  "src/kit/program.ts",
  "src/kit/{git,holder,lock-file}.ts",
  "src/kit/worker.ts",
  "src/project/files.ts",
  "src/server/http/listen.ts",
  "src/server/python/code-interpreter.ts",
  "src/server/python/pyodide/*.ts",
  "src/server/search/reader/*.ts",
  "src/sync/**/*-file.ts",
  "src/targets/http/node-fetch.ts",
  "src/scenarios/stubs/{command,failure,http,module,module-thread}.ts",
  "src/scenarios/asking/opinion-cache-file.ts",
  "src/scenarios/evidence/evidence-file.ts",
  "src/scenarios/reports/html/page-app.ts",
  "src/scenarios/runs/{attachments-folder,results-file,runs-folder,stored-run}.ts",
  "src/scenarios/mutation/mutations-folder.ts",
];

const worldModules = [
  "node:fs",
  "node:fs/promises",
  "node:child_process",
  "node:http",
  "node:net",
  "node:worker_threads",
  "node:os",
];
const worldGlobals = ["process", "console", "fetch", "setTimeout", "setInterval"];
const worldProperties = [
  { object: "Date", property: "now", message: "The clock is an argument." },
  { object: "Math", property: "random", message: "Randomness is an argument." },
];

const printed = "Print through world.stdout and world.stderr, which make text harmless.";
const streams = ["stdout", "stderr"].map((property) => ({ object: "process", property, message: printed }));

/** Nothing above `src/targets/` learns which dialect it talks to: its folders are seen there only. */
const dialectFolders = ["**/targets/assistants/**", "**/targets/responses/**"];
const layerPatterns = (layer: string, forbidden: string[]) => [
  ...forbidden.map((each) => ({ group: [`**/${each}/**`], message: "Imports flow one way; see ARCHITECTURE.md." })),
  ...(layer === "targets" ? [] : [{ group: dialectFolders, message: "A dialect is known in src/targets only." }]),
];
const worldPaths = worldModules.map((name) => ({
  name,
  message: "Touch the world only in the edge files listed in oxlint.config.ts.",
}));

const restrictImports = (files: string[], restriction: object): OxlintOverride => ({
  files,
  rules: { "no-restricted-imports": ["error", restriction] },
});
const layerRules = Object.entries(layers).flatMap(([layer, forbidden]) => {
  const patterns = layerPatterns(layer, forbidden);
  const exempt = edges.filter((edge) => edge.startsWith(`src/${layer}/`));
  const strict = restrictImports([`src/${layer}/**`], { paths: worldPaths, patterns });
  return exempt.length === 0 ? [strict] : [strict, restrictImports(exempt, { patterns })];
});

const pageRules = Object.entries(pageLayers).map(([layer, forbidden]) =>
  restrictImports([`src/${layer}/**`], {
    patterns: [
      { group: forbidden.map((each) => `**/${each}/**`), allowTypeImports: true, message: "It runs in a browser." },
      { group: ["node:*"], message: "It runs in a browser." },
    ],
  }),
);
/** What makes HTML of a text: texts of conversations are only ever text nodes. */
const htmlMakers = ["innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML", "srcdoc"].map(
  (property) => ({ property, message: "Texts are text nodes only." }),
);

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  ignorePatterns: ["dist", "node_modules", "/coverage"],
  rules: {
    "max-lines": ["error", { max: 300 }],
    "no-await-in-loop": "off",
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "import/no-default-export": "error",
    "import/no-cycle": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-explicit-any": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/consistent-return": "off",
    "import/no-named-as-default-member": "off",
    "unicorn/consistent-function-scoping": "off",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "unicorn/no-process-exit": "error",
    "no-restricted-globals": [
      "error",
      ...worldGlobals.map((name) => ({ name, message: "Pass it in; the world stays at the edges." })),
    ],
    "no-restricted-properties": ["error", ...worldProperties],
  },
  overrides: [
    ...layerRules,
    ...pageRules,
    {
      files: ["src/page/**"],
      rules: {
        "no-restricted-globals": ["error", "process", "console", "Buffer"],
        "no-restricted-properties": ["error", ...htmlMakers],
      },
    },
    {
      files: edges,
      rules: {
        "no-restricted-globals": ["error", { name: "console", message: printed }],
        "no-restricted-properties": ["error", ...streams],
      },
    },
    // What is printed in a test belongs to it; vitest has the streams.
    { files: ["src/api/vitest.ts"], rules: { "no-restricted-globals": "off" } },
    { files: ["src/cli/world.ts", "src/cli/output.ts", "src/bin.ts"], rules: { "no-restricted-properties": "off" } },
    {
      files: [
        "test/**",
        "action/**",
        "scripts/**",
        "bench/**",
        "site/**",
        "assistants/**",
        "templates/**",
        "*.config.ts",
      ],
      rules: { "no-restricted-globals": "off", "no-restricted-properties": "off" },
    },
    {
      files: [
        "*.config.ts",
        "site/.vitepress/**",
        "site/vitest.config.ts",
        "assistants/**",
        "templates/**",
        "test/suites/project/**",
        "test/scenarios/every-key/project/**",
        "test/scenarios/reports/rich/project/**",
      ],
      rules: { "import/no-default-export": "off" },
    },
    // A style sheet has nothing to assign.
    { files: ["site/.vitepress/theme/**"], rules: { "import/no-unassigned-import": "off" } },
  ],
});
