// Texts with their Hangul and accents composed (NFC), as every rule of words reads them; macOS, for one, takes them apart.
// Leaves ids and codes as they were sent, for others hold them so.

/** `value` with all texts at and under these keys composed; itself where they are. */
export function composed<T extends object>(value: T, keys: readonly (keyof T & string)[]): T {
  const changed = keys
    .map((key) => [key, composedAll(value[key])] as const)
    .filter(([key, text]) => text !== value[key])
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}

function composedAll(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC')
  if (Array.isArray(value)) {
    const entries = value.map(composedAll)
    return entries.every((entry, index) => entry === value[index]) ? value : entries
  }
  return typeof value === 'object' && value !== null ? composed(value, Object.keys(value) as never[]) : value
}
