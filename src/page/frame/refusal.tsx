/** The message shown instead of a report that cannot be shown. */
export function Refusal({ reason }: { reason: string }) {
  return (
    <main class="refusal">
      <h1>This report cannot be shown</h1>
      <p>{reason}</p>
    </main>
  );
}
