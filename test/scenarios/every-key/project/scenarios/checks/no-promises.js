export default ({ reply, world }) =>
  /refund/i.test(reply.text) && (world.refunds ?? []).length === 0 ? ["it promises what nobody did"] : [];
