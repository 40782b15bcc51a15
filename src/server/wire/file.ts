import { Type } from "../../schema/builder.ts";
import { closed } from "./common.ts";

/** The purposes for which clients may upload files, in the order of the API. */
export const uploadPurposes = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"] as const;
export type UploadPurpose = (typeof uploadPurposes)[number];

/** The fields of `POST /files` besides the file. */
export const CreateFile = Type.Object(
  {
    purpose: Type.String(),
    expires_after: Type.Optional(
      Type.Object(
        { anchor: Type.Literal("created_at"), seconds: Type.Integer({ minimum: 3600, maximum: 2_592_000 }) },
        closed,
      ),
    ),
  },
  closed,
);

export interface FileObject {
  id: string;
  object: "file";
  bytes: number;
  created_at: number;
  expires_at: number | null;
  filename: string;
  purpose: UploadPurpose | "assistants_output";
  status: "processed";
  status_details: null;
}
