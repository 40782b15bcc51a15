/** The options that `plan` and `sync` share. */
export interface PlanningOptions {
  target?: string;
  prune?: true;
  take?: string[];
  merge?: string[];
  allowDeletes?: number;
  allowMissing?: number;
  concurrency?: number;
  full?: true;
  json?: true;
}
