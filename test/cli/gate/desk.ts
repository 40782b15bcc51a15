import { type TemporaryFolder, temporaryFolder } from "../run.ts";

/** A project of two assistants, one with knowledge, each with a scenario. */
export interface Desk extends TemporaryFolder {
  /** Changes every prompt and the knowledge. */
  edit(note: string): Promise<void>;
}

const scenario = (assistant: string) =>
  `assistant: ${assistant}\nturns: [{ user: hi, expect: { reply: { contains: hello } } }]\n`;

/** The project, with the server at this address as its target. */
export async function openDesk(url: string, names: readonly ("bare" | "desk")[] = ["bare", "desk"]): Promise<Desk> {
  const folder = await temporaryFolder();
  const target = `{ api: assistants, base_url: "${url}/v1", api_key: none }`;
  await folder.write("playbill.yaml", `project: desk\ntargets: { prod: ${target} }\n`);
  const hasDesk = names.includes("desk");
  if (hasDesk) await folder.write("assistants/vector_stores/handbook.yaml", "files: [../pages/*.md]\n");
  for (const name of names) await folder.write(`scenarios/${name}.yaml`, scenario(name));
  const edit = async (note: string) => {
    const tools = "tools: [{ file_search: { vector_store: handbook } }]\n";
    await folder.write("assistants/bare.yaml", `model: m\ninstructions: Say hello. ${note}\n`);
    if (!hasDesk) return;
    await folder.write("assistants/desk.yaml", `model: m\ninstructions: Say hello. ${note}\n${tools}`);
    await folder.write("assistants/pages/rule.md", `Rule ${note}\n`);
  };
  await edit("one");
  return { ...folder, edit };
}
