// How well duplicates are found: 2,000 perturbed copies among the venues of Nevada. --json prints one object.
// Precision counts what copies were joined to. The source has duplicates of its own: to join a copy to a place that the
// same rules join to its original without any copies is right, and joins of two source places are only reported.
import { assemble } from 'es-hangul'
import { parseArgs } from 'node:util'
import type { Place, PlaceInput } from '../src/domain/place.ts'
import { encodeGeohash } from '../src/geo/geohash.ts'
import { presetMapping } from '../src/import/presets.ts'
import { mappedTable } from '../src/import/mapping.ts'
import { isBroken, readRows } from '../src/import/rows.ts'
import { openSource } from '../src/import/source.ts'
import { createRandom, type Random } from '../src/math/random.ts'
import { candidatePairs } from '../src/pipeline/match/blocks.ts'
import { compare, SAME_SCORE, UNSURE_SCORE, wordWeights } from '../src/pipeline/match/score.ts'
import { subjectOf } from '../src/pipeline/match/subject.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    show: { type: 'boolean', default: false },
    data: { type: 'string', default: '../shared/data/whosonfirst-nv/venues.ndjson.gz' },
  },
})
const COPIES = 2000
const KINDS = ['moved', 'typo', 'branch', 'transliterated', 'translated'] as const
const METERS_PER_DEGREE = 111_195

const PAIRS: Readonly<Record<string, string>> = { ch: 'ㅊ', sh: 'ㅅ', ph: 'ㅍ', th: 'ㅅ', ck: 'ㅋ' }
const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...'aㅏbㅂcㅋdㄷeㅔfㅍgㄱhㅎiㅣjㅈkㅋlㄹmㅁnㄴoㅗpㅍqㅋrㄹsㅅtㅌuㅜvㅂwㅜxㅅyㅣzㅈ'.matchAll(/(.)(.)/g),
  ].map(([, latin, hangul]) => [latin, hangul]),
)
const VOWELS = new Set('ㅏㅔㅣㅗㅜ')
const CONSONANTS = new Set('ㅂㅋㄷㅍㄱㅎㅈㄹㅁㄴㅅㅌㅊ')
/** What these words are in Korean; other words are written as they sound. */
const TRANSLATED: Readonly<Record<string, string>> = {
  restaurant: '식당',
  hotel: '호텔',
  church: '교회',
  school: '학교',
  hospital: '병원',
  dental: '치과',
  park: '공원',
  bank: '은행',
  market: '시장',
  salon: '미용실',
  auto: '자동차',
  insurance: '보험',
  law: '법률',
  office: '사무소',
  center: '센터',
  construction: '건설',
  company: '회사',
  apartments: '아파트',
  casino: '카지노',
  cafe: '카페',
}

const venues = await readVenues(values.data)
const random = createRandom(Number(values.seed))
const originals = random.shuffle(venues.map((_, index) => index)).slice(0, COPIES)
const copies = originals.map((index, number) =>
  perturbed(venues[index], KINDS[number % KINDS.length], random),
)
const originOf = new Map(copies.map(({ id }, number) => [id, venues[originals[number]].id]))
const kindOf = new Map(copies.map(({ id }, number) => [id, KINDS[number % KINDS.length]]))

const started = performance.now()
const places = [...venues, ...copies]
const subjects = places.map(subjectOf)
const weightOf = wordWeights(subjects)
let compared = 0
let ties = 0
const joined: [string, string, number, string][] = []
const parent = new Map<string, string>()
const root = (id: string): string => (parent.has(id) ? root(parent.get(id)!) : id)
for (const [i, j] of candidatePairs(subjects, () => true)) {
  compared++
  const { score, why } = compare(subjects[i], subjects[j], weightOf)
  const isOfCopy = originOf.has(subjects[i].id) || originOf.has(subjects[j].id)
  if (score < SAME_SCORE) {
    if (isOfCopy && score >= UNSURE_SCORE) ties++
    continue
  }
  if (isOfCopy) joined.push([subjects[i].id, subjects[j].id, score, why])
  else if (root(subjects[i].id) !== root(subjects[j].id))
    parent.set(root(subjects[i].id), root(subjects[j].id))
}
const seconds = (performance.now() - started) / 1000

const nameById = new Map(places.map((place) => [place.id, `${place.name} | ${place.address ?? ''}`]))
const trueOf = (id: string) => root(originOf.get(id) ?? id)
const right = joined.filter(([a, b]) => trueOf(a) === trueOf(b))
const found = new Set(
  right.flatMap(([a, b]) => {
    const [copy, other] = originOf.has(b) ? [b, a] : [a, b]
    return originOf.get(copy) === other ? [copy] : []
  }),
)
if (values.show) {
  for (const [a, b, score, why] of joined.filter(([x, y]) => trueOf(x) !== trueOf(y)).slice(0, 40))
    console.error('wrong', score.toFixed(2), nameById.get(a), '~', nameById.get(b), why)
  for (const { id } of copies.filter(({ id }) => !found.has(id)).slice(0, 60))
    console.error('missed', kindOf.get(id), nameById.get(id), '~', nameById.get(originOf.get(id)!))
}
const row = {
  venues: venues.length,
  copies: COPIES,
  pairsCompared: compared,
  pairsOfAll: compared / ((places.length * (places.length - 1)) / 2),
  precision: right.length / joined.length,
  recall: found.size / COPIES,
  recallByKind: Object.fromEntries(
    KINDS.map((kind) => {
      const all = copies.filter(({ id }) => kindOf.get(id) === kind)
      return [kind, all.filter(({ id }) => found.has(id)).length / all.length]
    }),
  ),
  ties,
  joinsInSource: parent.size,
  seconds,
}
console.log(values.json ? JSON.stringify(row) : row)

async function readVenues(path: string): Promise<Place[]> {
  const table = mappedTable(presetMapping('whosonfirst')!)
  const source = await openSource(path)
  const read: Place[] = []
  for await (const line of readRows(source, {
    format: table.format,
    encoding: table.encoding,
    onBytes() {},
  })) {
    if (isBroken(line)) continue
    const { categories = [], ...value } = table.toRow(line.values, line.line).value as unknown as PlaceInput
    if (typeof value.lng !== 'number' || typeof value.lat !== 'number') continue
    read.push({ ...value, categories, geohash: encodeGeohash(value), regions: [], spots: [] })
  }
  return read
}

/** Moved by up to 30 m, its name changed, its phone lost in half of the cases, its address in a third. */
function perturbed(place: Place, kind: (typeof KINDS)[number], draw: Random): Place {
  const angle = draw.next() * 2 * Math.PI
  const meters = 30 * Math.sqrt(draw.next())
  const lat = place.lat + (meters * Math.sin(angle)) / METERS_PER_DEGREE
  const lng = place.lng + (meters * Math.cos(angle)) / METERS_PER_DEGREE / Math.cos((lat * Math.PI) / 180)
  const { phone, address, ...rest } = place
  return {
    ...rest,
    id: `copy-${place.id}`,
    name: renamed(place.name, kind, draw),
    lng,
    lat,
    geohash: encodeGeohash({ lng, lat }),
    ...(phone !== undefined && draw.next() < 0.5 && { phone }),
    ...(address !== undefined &&
      draw.next() < 2 / 3 && { address: address.replace(/\bSt\b/, 'Street').replace(/\bAve\b/, 'Avenue') }),
  }
}

function renamed(name: string, kind: (typeof KINDS)[number], draw: Random): string {
  switch (kind) {
    case 'moved':
      return name
    case 'typo':
      return mistyped(mistyped(name, draw), draw)
    case 'branch':
      return `${name} ${draw.pick(['Downtown', 'Branch', 'No. 2', 'Las Vegas', 'Nevada', '- Reno', '#3'])}`
    case 'transliterated':
      return inHangul(name)
    case 'translated':
      return name
        .split(' ')
        .map((word) => TRANSLATED[word.toLowerCase().replaceAll(/\W/g, '')] ?? inHangul(word))
        .join(' ')
  }
}

/** A letter dropped, doubled, replaced, or swapped with the next one. */
function mistyped(name: string, draw: Random): string {
  const at = draw.integer(name.length)
  const [before, letter, after] = [name.slice(0, at), name[at], name.slice(at + 1)]
  return draw.pick([
    before + after,
    before + letter + letter + after,
    before + 'abcdefghijklmnopqrstuvwxyz'[draw.integer(26)] + after,
    before + (after[0] ?? '') + letter + after.slice(1),
  ])
}

/** Letter by letter, as a careless writer would: a consonant without a vowel gets ㅡ. */
function inHangul(text: string): string {
  const jamo = text.toLowerCase().replaceAll(/ch|sh|ph|th|ck|([a-z])\1/g, (pair) => PAIRS[pair] ?? pair[0])
  const letters = [...jamo].map((letter) => LETTERS[letter] ?? letter)
  const fragments = letters.flatMap((letter, index) => {
    if (VOWELS.has(letter))
      return VOWELS.has(letters[index - 1]) || !CONSONANTS.has(letters[index - 1]) ? ['ㅇ', letter] : [letter]
    if (!CONSONANTS.has(letter)) return [letter]
    return VOWELS.has(letters[index + 1]) ? [letter] : [letter, 'ㅡ']
  })
  return assemble(fragments)
}
