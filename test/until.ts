/** Waiting for what another process or a connection does. */
const PATIENCE_MS = 60_000;

/** Looks again and again. What never comes is told with what was seen last, long before the test's own time is over. */
export async function until<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean = Boolean,
  everyMs = 20,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`not within ${PATIENCE_MS / 1000} s; seen last: ${JSON.stringify(seen)}`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}
