/** An answer without a status at the second attempt, so that the script cannot go on. */
export default (args, context) => (context.attempt === 2 ? {} : { status: "late" });
