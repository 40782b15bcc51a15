console.error("no database at 127.0.0.1:5432");
process.exitCode = 1;
