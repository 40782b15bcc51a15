/*
 * What a first sync asks of a server, without Playbill: creates assistants and reads each back, four at once. Arguments: the base URL,
 * how many.
 */
import OpenAI from "openai";

const [baseURL = "", count = "0"] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "none", baseURL });
const left = Array.from({ length: Number(count) }, (_, index) => index).values();
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (const each of left) {
      const { id } = await client.beta.assistants.create({ model: "gpt-4o-mini", name: `Desk ${each}` });
      await client.beta.assistants.retrieve(id);
    }
  }),
);
