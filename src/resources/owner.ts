/** The owner of an object in its marker. */
export interface Owner {
  project: string;
  target: string;
  address: string;
}

/** The marker's `owner`: `project/target/address`. */
export function ownerText({ project, target }: Pick<Owner, "project" | "target">, address: string): string {
  return `${project}/${target}/${address}`;
}

/** Reads a marker's `owner`; `null` when Playbill did not write it. */
export function parseOwner(text: string): Owner | null {
  const [project, target, ...address] = text.split("/");
  if (!project || !target || address.length === 0) return null;
  return { project, target, address: address.join("/") };
}

/** The address in a marker's `owner` for this project and target; `null` for any other owner. */
export function addressWithin({ project, target }: Pick<Owner, "project" | "target">, owner: string): string | null {
  const prefix = ownerText({ project, target }, "");
  return owner.length > prefix.length && owner.startsWith(prefix) ? owner.slice(prefix.length) : null;
}

const temporary = "temporary.";

/** The address in the markers of temporary objects of a run of `test`. */
export function temporaryAddress(runId: string): string {
  return temporary + runId;
}

/** True for the owner of a temporary object of a run of `test`. */
export function isTemporaryOwner(owner: string): boolean {
  return parseOwner(owner)?.address.startsWith(temporary) ?? false;
}

/** The run of `test` that created a temporary object of this project; `null` for any other owner. */
export function temporaryRun(scope: Pick<Owner, "project" | "target">, owner: string): string | null {
  const address = addressWithin(scope, owner);
  return address?.startsWith(temporary) === true ? address.slice(temporary.length) : null;
}
