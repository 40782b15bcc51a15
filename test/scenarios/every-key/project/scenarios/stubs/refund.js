export default ({ id, amount }, { world, call, turn }) => {
  world.refunds.push({ order_id: id, amount: amount ?? world.orders[id].total });
  return { ok: true, call: call.number, turn: turn.number };
};
