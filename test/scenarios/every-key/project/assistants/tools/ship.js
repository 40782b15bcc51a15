export default ({ id }) => ({ sent: id });
