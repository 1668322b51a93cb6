// Work on many items, a few at once. Leaves what is done, and how many a provider takes, to the callers.

/**
 * Calls `work` on each item, in order, at most `lanes` at once. After a failure no other item is begun; the first failure is
 * thrown when what was under way has ended, so that nothing runs on.
 */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : (items as Iterable<T>)[Symbol.iterator]()
  const failures: unknown[] = []
  const lane = async () => {
    try {
      while (failures.length === 0) {
        const next = await iterator.next()
        if (next.done === true || failures.length > 0) return
        await work(next.value)
      }
    } catch (error) {
      failures.push(error)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failures.length === 0) return
  await iterator.return?.()
  throw failures[0]
}
