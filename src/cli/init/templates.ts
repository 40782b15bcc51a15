/** A template of a project: its folders under `templates/`, of which later ones take precedence, and the next commands. */
interface Template {
  about: string;
  folders: readonly string[];
  next: readonly string[];
}

const walkThrough = ["plan", "sync", "test"];

/** The projects that `init` can write, by name; the first is the default. */
export const templates = {
  basic: {
    about: "a support desk with one tool and a scenario",
    folders: ["basic"],
    next: walkThrough,
  },
  knowledge: {
    about: "the same with knowledge files, which it searches and cites",
    folders: ["basic", "knowledge"],
    next: walkThrough,
  },
  responses: {
    about: "the same as basic, for the Responses API",
    folders: ["basic", "responses"],
    next: walkThrough,
  },
  empty: {
    about: "no assistants yet",
    folders: [],
    next: ["validate", "help assistants", "examples"],
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

/** The names of the templates, in display order. */
export const templateNames = Object.keys(templates) as TemplateName[];
