/** TypeScript declarations for the bundle in a file of that name: the names of its assistants, and the type of the imported module. */
export function typesOf(names: readonly string[], file: string): string {
  const union = names.map((name) => JSON.stringify(name)).join(" | ") || "never";
  const entries = names.map((name) => `    ${JSON.stringify(name)}: object;\n`).join("");
  return `// Made by \`playbill bundle --types\`; save it next to ${file} as ${file.replace(/\.json$/, ".d.json.ts")}.
/** The assistants of this bundle. */
export type AssistantName = ${union};

declare const bundle: {
  format_version: number;
  assistants: {
${entries}  };
};
export default bundle;
`;
}
