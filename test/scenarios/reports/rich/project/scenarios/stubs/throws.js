export default ({ id }) => {
  throw new TypeError(`no order ${id}`);
};
