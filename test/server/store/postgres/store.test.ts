import { describeOnPostgres, storesOfOneDatabase } from "../../postgres.ts";
import { storeContract } from "../store-contract.ts";

describeOnPostgres("PostgreSQL", () => storeContract(storesOfOneDatabase()));
