import { Hono } from "hono";
import { receiveFile } from "../../domain/files/upload.ts";
import { sandboxFiles } from "../../domain/kinds.ts";
import {
  containers,
  containerToWire,
  createContainer,
  filesIn,
  findContainer,
  findContainerFile,
  putFile,
  removeContainer,
  sweepContainers,
  usableContainer,
} from "../../responses/containers.ts";
import { inTransaction, seconds, type Services } from "../../services.ts";
import { CreateContainer, CreateContainerFile } from "../../wire/container.ts";
import { fileContent } from "../file-content.ts";
import { pageOf } from "../item-pages.ts";
import { listPage, listQuery } from "../paging.ts";
import { parser } from "../validation/validate.ts";
import { pathId, queryOf, readBody } from "./requests.ts";

const parseCreate = parser(CreateContainer);
const parseFile = parser(CreateContainerFile);

/** `/containers`: the sessions of the interpreter, and the files in them. */
export function containerRoutes(services: Services): Hono {
  const { store, clock, limits } = services;
  const filesPath = "/:container_id/files";
  const filePath = `${filesPath}/:file_id`;

  return new Hono()
    .post("/", async (context) => {
      const record = await createContainer(services, await readBody(context, parseCreate, limits));
      return context.json(containerToWire(record, seconds(clock)));
    })
    .get("/", async (context) => {
      await sweepContainers(services);
      const page = await listPage(store, containers, "container", listQuery(queryOf(context)));
      return context.json({ ...page, data: page.data.map((record) => containerToWire(record, seconds(clock))) });
    })
    .get("/:container_id", async (context) => {
      const record = await findContainer(store, pathId(context, "container_id"));
      return context.json(containerToWire(record, seconds(clock)));
    })
    .delete("/:container_id", async (context) => {
      const id = pathId(context, "container_id");
      await removeContainer(services, id);
      return context.json({ id, object: "container.deleted", deleted: true });
    })
    .post(filesPath, async (context) => {
      const { id } = await usableContainer(services, pathId(context, "container_id"));
      const isForm = (context.req.header("content-type") ?? "").startsWith("multipart/");
      const fileId = isForm
        ? (await receiveFile(services, context.req.raw, "user_data")).id
        : (await readBody(context, parseFile, limits)).file_id;
      const put = await inTransaction(services, (inside) => putFile(inside, id, fileId, isForm), {
        thread: id,
        shared: true,
      });
      return context.json(put);
    })
    .get(filesPath, async (context) => {
      const { id } = await findContainer(store, pathId(context, "container_id"));
      const all = await filesIn(services, id);
      return context.json(
        pageOf(
          all.map(({ object }) => object),
          listQuery(queryOf(context)),
        ),
      );
    })
    .get(filePath, async (context) => {
      const { id } = await findContainer(store, pathId(context, "container_id"));
      const found = await findContainerFile(services, id, context.req.param("file_id"));
      return context.json(found.object);
    })
    .get(`${filePath}/content`, async (context) => {
      const { id } = await usableContainer(services, pathId(context, "container_id"));
      const { stored } = await findContainerFile(services, id, context.req.param("file_id"));
      return fileContent(store.blobs, stored);
    })
    .delete(filePath, async (context) => {
      const { id } = await findContainer(store, pathId(context, "container_id"));
      const { file, object } = await findContainerFile(services, id, context.req.param("file_id"));
      await store.remove(sandboxFiles, file.id);
      return context.json({ id: object.id, object: "container.file.deleted", deleted: true });
    });
}
