// Somebody changes an assistant at the target: node edit.js NAME FIELD JSON
const { DatabaseSync } = require("node:sqlite");

const [name, field, json] = process.argv.slice(2);
const database = new DatabaseSync(".playbill/local.db");
database
  .prepare("UPDATE documents SET value = json_set(value, '$.' || ?, json(?)) WHERE value ->> 'name' = ?")
  .run(field, json, name);
