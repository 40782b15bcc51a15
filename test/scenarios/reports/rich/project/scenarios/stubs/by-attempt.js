/** Another answer at the first attempt than later: what makes a scenario flaky. */
export default (args, context) => (context.attempt === 1 ? { status: "lost" } : { status: "late" });
