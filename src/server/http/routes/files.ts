import { fileContent } from "../file-content.ts";
import { Hono } from "hono";
import { refuse } from "../errors.ts";
import { deleteExpiredFiles, deleteFile } from "../../domain/files/delete.ts";
import { findFile } from "../../domain/files/files.ts";
import { receiveFile } from "../../domain/files/upload.ts";
import { listPage, listQuery } from "../paging.ts";
import type { Services } from "../../services.ts";
import { type FileObject } from "../../wire/file.ts";
import { queryOf } from "./requests.ts";
import { files } from "../../domain/kinds.ts";

const pageSizes = { largest: 10_000, usual: 10_000 };
/** Purposes whose files cannot be downloaded. */
const keptPurposes = new Set<FileObject["purpose"]>(["assistants", "user_data"]);

/** `/files`. */
export function fileRoutes(services: Services): Hono {
  const { store } = services;

  return new Hono()
    .use(async (_, next) => {
      await deleteExpiredFiles(services);
      await next();
    })
    .post("/", async (context) => context.json(await receiveFile(services, context.req.raw)))
    .get("/", async (context) => {
      const query = queryOf(context);
      const purpose = query.get("purpose");
      const tags = purpose === null ? {} : { tags: [purpose] };
      return context.json(await listPage(store, files, "file", { ...listQuery(query, pageSizes), ...tags }));
    })
    .get("/:file_id", async (context) => context.json(await findFile(services, context.req.param("file_id"))))
    .delete("/:file_id", async (context) => {
      const { id } = await findFile(services, context.req.param("file_id"));
      await deleteFile(services, id);
      return context.json({ id, object: "file", deleted: true });
    })
    .get("/:file_id/content", async (context) => {
      const { id, bytes, filename, purpose } = await findFile(services, context.req.param("file_id"));
      if (keptPurposes.has(purpose)) refuse(`Not allowed to download files of purpose: ${purpose}`);
      return fileContent(store.blobs, { id, bytes, filename });
    });
}
