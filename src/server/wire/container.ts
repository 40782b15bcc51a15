import { Type, type Static } from "../../schema/builder.ts";
import { Id, closed, optional } from "./common.ts";
import { MemoryLimit } from "./response.ts";

/** Body of `POST /containers`. */
export const CreateContainer = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    file_ids: Type.Optional(Type.Array(Id, { maxItems: 50 })),
    expires_after: Type.Optional(
      Type.Object(
        { anchor: Type.Literal("last_active_at"), minutes: Type.Integer({ minimum: 1, maximum: 20 }) },
        closed,
      ),
    ),
    memory_limit: optional(MemoryLimit),
  },
  closed,
);
export type CreateContainer = Static<typeof CreateContainer>;

/** Body of `POST /containers/{container_id}/files` that names an existing file. */
export const CreateContainerFile = Type.Object({ file_id: Id }, closed);

/** A container, as the API returns it. */
export interface ContainerObject {
  id: string;
  object: "container";
  created_at: number;
  status: "running" | "expired";
  expires_after: { anchor: "last_active_at"; minutes: number };
  last_active_at: number;
  memory_limit: "1g" | "4g" | "16g" | "64g";
  name: string;
}

/** A file of a container, as the API returns it. */
export interface ContainerFileObject {
  id: string;
  object: "container.file";
  created_at: number;
  bytes: number;
  container_id: string;
  path: string;
  source: "user" | "assistant";
}
