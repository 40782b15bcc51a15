// Somebody copies an assistant at the target, its marker too: node copy.js NAME
const { DatabaseSync } = require("node:sqlite");

const [name] = process.argv.slice(2);
const database = new DatabaseSync(".playbill/local.db");
database
  .prepare(
    `INSERT INTO documents (kind, key, parent, tag, value)
     SELECT kind, replace(key, 'asst_', 'asst_z'), parent, tag,
       json_set(value, '$.id', replace(key, 'asst_', 'asst_z'), '$.created_at', value ->> 'created_at' + 60)
     FROM documents WHERE value ->> 'name' = ?`,
  )
  .run(name);
