/** What `playbill test` was asked for, as commander gives it. */
export interface TestOptions {
  target?: string;
  tag?: string[];
  notTag?: string[];
  grep?: string;
  id?: string[];
  jobs: number;
  bail?: true;
  deployed?: true;
  order: "file" | "random";
  seed?: number;
  reporter?: string[];
  verbose?: true;
  json?: true;
}
