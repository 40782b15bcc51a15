/* The least that answers over HTTP; says its port when it listens. */
import { createServer } from "node:http";

const server = createServer((_, response) => void response.end("{}"));
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
