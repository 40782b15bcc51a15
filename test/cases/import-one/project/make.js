// Somebody made an assistant at the target, with another tool: node make.js ID NAME JSON
const { DatabaseSync } = require("node:sqlite");

const [id, name, json] = process.argv.slice(2);
const database = new DatabaseSync(".playbill/local.db");
const common = { object: "assistant", created_at: 1_700_000_000, name, description: null, model: "gpt-4o", instructions: null };
const defaults = { tools: [], tool_resources: {}, metadata: {}, temperature: 1, top_p: 1, response_format: "auto" };
const value = JSON.stringify({ id, ...common, ...defaults, ...JSON.parse(json) });
database.prepare("INSERT INTO documents (kind, key, value) VALUES ('assistant', ?, ?)").run(id, value);
