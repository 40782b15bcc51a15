/** The payments of every booking make up its price. */
export default ({ world }) =>
  world.bookings
    .map(({ flight, travellers, payments }) => ({
      message: `the payments of ${flight} do not make up its price`,
      expected: world.flights[flight] * travellers.length,
      actual: payments.reduce((sum, { amount }) => sum + amount, 0),
    }))
    .filter(({ expected, actual }) => expected !== actual);
