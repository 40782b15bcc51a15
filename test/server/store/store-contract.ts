import type { OpenedStore } from "../../../src/server/store/store.ts";
import { contentContract } from "./content-contract.ts";
import { documentContract } from "./contract.ts";
import { jobContract } from "./job-contract.ts";
import { tenantContract } from "./tenant-contract.ts";
import { transactionContract } from "./transaction-contract.ts";

/** One suite for every implementation; `open` gives an empty store. */
export function storeContract(open: () => Promise<OpenedStore>): void {
  documentContract(open);
  transactionContract(open);
  contentContract(open);
  tenantContract(open);
  jobContract(open);
}
