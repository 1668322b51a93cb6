// Work that a request may not need: done when its result is first asked for.

export function once<T>(work: () => T): () => T {
  let result: T | undefined
  return () => (result ??= work())
}
