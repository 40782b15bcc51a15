import { posix } from "node:path";

// The pages of the site, in the order in which a newcomer needs them. Their titles are their own headings.

export interface PageEntry {
  /** Path of the page in the site, without its ending. */
  page: string;
  /** Path of its Markdown in the repository; by default `docs/PAGE.md`. */
  source?: string;
  /** Its name in the navigation: a few words. */
  label: string;
  /** A line about the page, without a full stop. */
  description: string;
}

interface PageGroup {
  title: string;
  pages: readonly PageEntry[];
}

/** The navigation of the site, and the sections of llms.txt. */
export const pageGroups: readonly PageGroup[] = [
  {
    title: "Start",
    pages: [
      {
        page: "tutorial",
        label: "Tutorial",
        description: "Ten minutes from an empty folder to a scenario that fails, and passes",
      },
      {
        page: "init",
        label: "Start a project",
        description: "Templates, your own assistants from an export or a server, and what init writes and updates",
      },
      {
        page: "editors",
        label: "Editors and coding agents",
        description: "Completion and checks by JSON Schemas, and SKILL.md for coding agents",
      },
      {
        page: "help",
        label: "Help in the terminal",
        description: "Commands, these pages, problem codes, schemas, examples and shell completion in the terminal",
      },
    ],
  },
  {
    title: "Declare and sync",
    pages: [
      {
        page: "assistants",
        label: "Assistants",
        description: "Assistants, tools and vector stores as YAML files: every key",
      },
      {
        page: "sync",
        label: "Plan and sync",
        description: "Compare the files with a target and apply the changes: ownership, guards, drift and repair",
      },
      {
        page: "import",
        label: "Import what exists",
        description: "Bring assistants that exist at a target or in an export into a project, and pull later edits",
      },
      {
        page: "responses",
        label: "The Responses API",
        description: "The Responses API as a target: bundles for applications, conversations, both dialects at once",
      },
      {
        page: "azure",
        label: "Azure AI Foundry",
        description: "Classic agents of Azure AI Foundry, before and after March 2027",
      },
    ],
  },
  {
    title: "Write scenarios",
    pages: [
      {
        page: "scenarios",
        label: "Scenarios",
        description: "Conversations, stubs, expectations, the matcher language and scripts: every key",
      },
      {
        page: "chat",
        label: "Chat",
        description: "Talk to an assistant in the terminal and save the conversation as a scenario",
      },
      {
        page: "from-real-life",
        label: "From real conversations",
        description: "Write scenarios from threads, runs and transcripts",
      },
      {
        page: "migrate-suites",
        label: "Migrate test suites",
        description: "Convert hosted evals and promptfoo suites into scenarios",
      },
      {
        page: "simulation",
        label: "Simulated users and judges",
        description: "Models that play users or judge replies, and what they cost",
      },
    ],
  },
  {
    title: "Run tests",
    pages: [
      {
        page: "running",
        label: "Run scenarios",
        description: "Which scenarios run and in which order: --watch, --resume, shards and budgets",
      },
      {
        page: "ui",
        label: "Tests in a browser",
        description: "The report as a live page while you edit",
      },
      {
        page: "reports",
        label: "Reports",
        description: "Reports for people and programs: the HTML report, JUnit, JSON, merged shards",
      },
      {
        page: "recordings",
        label: "Recordings",
        description: "Record what a real model answered and replay it without a key",
      },
      {
        page: "changes",
        label: "Test what a change affects",
        description: "Only the affected scenarios, expectations that were removed, two targets or models side by side",
      },
      {
        page: "statistics",
        label: "Statistics",
        description: "Repeated runs: pass rates, intervals, baselines and regressions",
      },
      {
        page: "coverage",
        label: "Coverage and mutations",
        description: "What a suite does not reach, and which mistakes it does not notice",
      },
    ],
  },
  {
    title: "Automate",
    pages: [
      {
        page: "ci",
        label: "Continuous integration",
        description: "Pull-request comments, sync on main, exit codes and reports",
      },
      {
        page: "gate",
        label: "Sync only what is tested",
        description: "Evidence, fingerprints, sync --gate and rollback",
      },
    ],
  },
  {
    title: "Serve",
    pages: [
      {
        page: "server",
        label: "The server",
        description: "The embedded server of the Assistants and Responses APIs: what it implements, and its options",
      },
      {
        page: "migrate",
        label: "Move an application in",
        description: "Export an application's objects and serve them with the same ids",
      },
      {
        page: "deploy",
        label: "Deploy",
        description: "Keys and projects, PostgreSQL, Docker, systemd, proxies, backups and metrics",
      },
      {
        page: "scaling",
        label: "Several servers",
        description: "Several servers on one database, and what a load needs",
      },
    ],
  },
  {
    title: "Reference",
    pages: [
      {
        page: "api",
        label: "From TypeScript",
        description: "Load, plan, apply and run from your own programs, and scenarios as vitest tests",
      },
      {
        page: "problems",
        label: "Problem codes",
        description: "Every problem code with its cause and what to do",
      },
    ],
  },
  {
    title: "Project",
    pages: [
      {
        page: "changelog",
        source: "CHANGELOG.md",
        label: "Changelog",
        description: "What changed in each version",
      },
      {
        page: "security",
        source: "SECURITY.md",
        label: "Security",
        description: "What is trusted, and how to report a weakness",
      },
      {
        page: "contributing",
        source: "CONTRIBUTING.md",
        label: "Contributing",
        description: "The first change in ten minutes",
      },
      {
        page: "architecture",
        source: "ARCHITECTURE.md",
        label: "Architecture",
        description: "How the code works: a sync, a test and a request to the server, file by file",
      },
      {
        page: "agents",
        source: "AGENTS.md",
        label: "Rules of the code",
        description: "Where things are, the commands and the rules, for people and programs that change the code",
      },
    ],
  },
];

export const tagline =
  "Keep AI assistants in Git: plan and sync them like infrastructure, test them with scripted conversations, offline.";

/** The home page, which is not in the navigation: the README. */
export const home: PageEntry = { page: "index", source: "README.md", label: "Playbill", description: tagline };

export const pages: readonly PageEntry[] = [home, ...pageGroups.flatMap((group) => group.pages)];

/** Path of the Markdown of a page in the repository. */
export function sourceOf({ page, source = `docs/${page}.md` }: PageEntry): string {
  return source;
}

/** The path in the site that a link of a repository file means: `PAGE.md` for a page, `pictures/NAME` for a picture. Other links stay as they are. */
export function sitePath(source: string, link: string): string {
  const [, path = "", hash = ""] = /^([^#]*)(.*)$/.exec(link) ?? [];
  if (path === "" || /^\w+:/.test(path)) return link;
  const target = posix.join(posix.dirname(source), path);
  const entry = pages.find((each) => sourceOf(each) === target);
  if (entry !== undefined) return `${entry.page}.md${hash}`;
  return target.startsWith("docs/pictures/") ? target.slice("docs/".length) : link;
}
