// A store expires, or somebody takes a file out of it: node edit.js expire|empty
const { DatabaseSync } = require("node:sqlite");

const database = new DatabaseSync(".playbill/local.db");
if (process.argv[2] === "expire") {
  database.exec("UPDATE documents SET value = json_set(value, '$.last_active_at', 0) WHERE kind = 'vector_store'");
} else {
  database.exec("DELETE FROM documents WHERE kind = 'vector_store_file' AND value LIKE '%files/hours.md%'");
  const counts = "'$.file_counts.completed', 1, '$.file_counts.total', 1, '$.usage_bytes', 20";
  database.exec(`UPDATE documents SET value = json_set(value, ${counts}) WHERE kind = 'vector_store'`);
}
