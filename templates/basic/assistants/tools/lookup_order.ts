const orders = { "A-1001": { status: "late" }, "A-1002": { status: "delivered" } };

/** Replace this with a call to your own order system; scenarios stub it. */
export default function lookupOrder({ id }: { id: string }) {
  return id in orders ? orders[id as keyof typeof orders] : { error: `no order ${id}` };
}
