/** The commented-out target in the template of playbill.yaml. */
const example = /^ {2}# Any server that speaks[^]*?(?=^default_target:)/m;

/** `playbill.yaml` with the target `prod` at the URL of a server. Keys are taken from the environment. */
export function withServer(text: string, url: URL): string {
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  const query = [...url.searchParams].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const lines = [
    "  prod:",
    "    api: assistants",
    `    base_url: ${JSON.stringify(base)}`,
    "    api_key: ${OPENAI_API_KEY:?set it to the key of that server}",
    ...(query.length > 0 ? [`    query: { ${query.join(", ")} }`] : []),
  ];
  return text.replace(example, () => `${lines.join("\n")}\n`);
}
