// Ids in a form whose order by bytes of UTF-8, which servers sort by, is the order by UTF-16 code units of the port.
//
// The two orders differ in one way: U+E000–U+FFFF come after all other characters by code units, and before the
// supplementary ones by bytes. So each of them gets the highest character in front, and that one a NUL behind.

const HIGHEST = '\u{10FFFF}'

export function toOrderedId(id: string): string {
  return id.replaceAll(/[\uE000-\uFFFF]|\u{10FFFF}/gu, (character) =>
    character === HIGHEST ? `${HIGHEST}\0` : HIGHEST + character,
  )
}

export function fromOrderedId(ordered: string): string {
  return ordered.replaceAll(/\u{10FFFF}([\uE000-\uFFFF\0])/gu, (_, character: string) =>
    character === '\0' ? HIGHEST : character,
  )
}
