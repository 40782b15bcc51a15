/** Takes vouchers as they are used; refuses payments that do not make up the price. */
export default ({ flight, travellers, payments }, { world }) => {
  const paid = payments.reduce((sum, { amount }) => sum + amount, 0);
  if (paid !== world.flights[flight] * travellers.length) throw new Error(`${paid} is not the price`);
  for (const { by, amount } of payments) {
    if (by === "card") continue;
    if (!(world.vouchers[by] >= amount)) throw new Error(`${by} has not so much`);
    world.vouchers[by] -= amount;
  }
  world.bookings.push({ flight, travellers, payments });
  return { number: `B-${world.bookings.length}` };
};
