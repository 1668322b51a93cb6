// Work that a request may not need: done when its result is first asked for.
// Leaves results that may be undefined to others: they would be worked out again each time.

export function once<T extends {}>(work: () => T): () => T {
  let result: T | undefined
  return () => (result ??= work())
}
