// The places of the demo city: how many of each kind, where each stands, what it has, and how popular it is.
// Leaves kinds to kinds/, sentences to texts.ts, lanes and addresses to streets.ts.
import type { PlaceInput } from '../../domain/place.ts'
import { compileArea } from '../../geo/polygon.ts'
import type { Random } from '../../math/random.ts'
import { CHAINS, type Chain } from './chains.ts'
import { between, chance, integerBetween, pickSome } from './draw.ts'
import { FACETS, tasteVector } from './facets.ts'
import { drawWeek, type OpenWeek } from './hours.ts'
import { KINDS } from './kinds/index.ts'
import type { Kind } from './kinds/kind.ts'
import { createNaming, stemOf } from './names.ts'
import { toLngLat, type Point } from './plane.ts'
import type { DongSite } from './regions.ts'
import type { PlacedSpot } from './spots.ts'
import { pointTowards } from './spots.ts'
import { createStreets } from './streets.ts'
import { describe, review, type Subject } from './texts.ts'
import { TRAIT_NAMES, TRAITS, type Trait, type TraitEntry } from './traits.ts'

/** A place with what only the generator knows. */
export interface DemoPlace {
  readonly input: PlaceInput
  readonly kind: Kind
  readonly point: Point
  readonly week: OpenWeek
  /** What it offers to each taste, 0 to 1, in the order of `FACETS`. */
  readonly offer: Float64Array
  /** Standard normal. */
  readonly quality: number
  /** How often it is noticed, relative to the others; 0 for places closed for good. */
  readonly popularity: number
  /** Whether one books or calls ahead. */
  readonly takesReservations: boolean
}

export const PLACE_COUNT = 5000
const CLOSED_SHARE = 0.01
const UNRATED_SHARE = 0.04
/** Exponent of the popularity by rank: somewhat below Zipf's 1, as in check-in data. */
const POPULARITY_EXPONENT = 0.85
/** Places around the centre of a dong: most near it, the others spread out. */
const NEAR_KM = 0.4
const FAR_KM = 1
/** Of the dongs against the spots; about half of the places then lie in spots. */
const DONG_BUSTLE = 2
const MAX_TAGS = 7

export function createPlaces(
  dongs: readonly DongSite[],
  spots: readonly PlacedSpot[],
  random: Random,
): DemoPlace[] {
  const siting = createSiting(dongs, spots, random.fork('sites'))
  const naming = createNaming(random.fork('names'))
  const plan = random.fork('plan').shuffle(planPlaces())
  const ranks = random.fork('ranks').shuffle(Array.from(plan, (_, rank) => rank))
  const details = random.fork('details')
  const texts = random.fork('texts')

  return plan.map(({ kind, chain }, index) => {
    const site = siting(kind)
    const areas = [...(site.spot ? [site.spot.site] : []), stemOf(site.dong)]
    const own = chain === undefined ? naming.own(kind.names, site.dong) : undefined
    const { ko, en } = own ?? naming.branch(chain!, areas)
    const items = chain?.items ?? own?.items ?? kind.items
    const traits = TRAIT_NAMES.filter((trait) => chance(details, kind.traits[trait] ?? 0))
    const week = drawWeek(kind.hours, details)
    const quality = details.normal()
    const subject: Subject = {
      kind,
      traits,
      week,
      quality,
      area: site.spot?.site.ko ?? site.dong.ko,
      items: pickSome(details, items, 3),
      sides: pickSome(details, kind.sides ?? items, 1),
    }
    const isClosed = chance(details, CLOSED_SHARE)
    const notice = (ranks[index] + 8) ** -POPULARITY_EXPONENT
    return {
      kind,
      week,
      quality,
      point: site.point,
      input: {
        id: `saebeot-${String(index + 1).padStart(4, '0')}`,
        name: ko,
        names: { ko, en },
        categories: [kind.code],
        ...toLngLat(site.point),
        address: site.address,
        description: describe(subject, texts),
        tags: tagsOf(subject),
        attributes: attributesOf(subject, details),
        reviews: review(subject, texts),
        openingHours: week.text,
        ...(kind.price && { priceLevel: chain?.price ?? integerBetween(details, ...kind.price) }),
        ...(!chance(details, UNRATED_SHARE) && { rating: ratingOf(quality) }),
        ...(kind.group !== 'outdoor' && { phone: phoneNumber(details) }),
        ...(isClosed && { closed: true }),
      },
      offer: offerOf(subject),
      popularity: isClosed ? 0 : notice * Math.exp(0.35 * quality) * (site.spot ? 1.4 : 1),
      takesReservations: traits.includes('reservation'),
    }
  })
}

interface Planned {
  readonly kind: Kind
  readonly chain?: Chain
}

/** `PLACE_COUNT` places by the shares of the kinds, chains first; what rounding leaves over goes to the largest kind. */
function planPlaces(): Planned[] {
  const planned: Planned[] = CHAINS.flatMap((chain) => {
    const kind = KINDS.find(({ code }) => code === chain.code)!
    return Array.from({ length: chain.branches }, () => ({ kind, chain }))
  })
  const total = KINDS.reduce((sum, { share }) => sum + share, 0)
  const counts = KINDS.map((kind) => {
    const branches = planned.filter((entry) => entry.kind === kind).length
    return Math.max(0, Math.round((kind.share / total) * PLACE_COUNT) - branches)
  })
  counts[0] += PLACE_COUNT - planned.length - counts.reduce((sum, count) => sum + count, 0)
  KINDS.forEach((kind, index) => {
    for (let place = 0; place < counts[index]; place++) planned.push({ kind })
  })
  return planned
}

interface Site {
  readonly point: Point
  readonly address: string
  readonly dong: DongSite
  /** The first spot that contains the point. */
  readonly spot?: PlacedSpot
}

/** Draws where a place of a kind stands: in a spot that draws such places, or around the centre of a dong. */
function createSiting(
  dongs: readonly DongSite[],
  spots: readonly PlacedSpot[],
  random: Random,
): (kind: Kind) => Site {
  const streets = createStreets(dongs, random)
  const land = dongs.map((dong) => ({ dong, area: compileArea(dong.area) }))
  const dongAt = (point: Point) => land.find(({ area }) => area.contains(toLngLat(point)))?.dong
  const weights = new Map(
    KINDS.map((kind) => [
      kind,
      [
        ...spots.map(({ site }) => site.bustle * drawOf(kind, site.draws, site.other)),
        ...dongs.map(({ bustle }) => DONG_BUSTLE * bustle),
      ],
    ]),
  )
  const somewhere = (kind: Kind): Point => {
    const index = random.weighted(weights.get(kind)!)
    if (index < spots.length) {
      const { site, centre } = spots[index]
      // Spots have no walls: some of what belongs to them lies just outside.
      const edge = chance(random, 0.8) ? 0.95 : 1.6
      return pointTowards(site, centre, between(random, 0, 2 * Math.PI), edge * Math.sqrt(random.next()))
    }
    const { centre } = dongs[index - spots.length]
    const reach = chance(random, 0.6) ? NEAR_KM : FAR_KM
    return { x: centre.x + reach * random.normal(), y: centre.y + reach * random.normal() }
  }

  return (kind) => {
    for (;;) {
      const wanted = somewhere(kind)
      const dong = dongAt(wanted)
      if (dong === undefined) continue // in the water or out of town
      const { point, address } = streets.settle(wanted, dong)
      if (dongAt(point) !== dong) continue
      const spot = spots.find(({ site, centre }) => isAround(point, site, centre))
      return { point, address, dong, ...(spot && { spot }) }
    }
  }
}

/** Inside the outline with a little room to spare: people name a spot for what is clearly in it. */
function isAround(point: Point, site: PlacedSpot['site'], centre: Point): boolean {
  const reach = 'radius' in site.shape ? site.shape.radius : site.shape.width / 2
  return (point.x - centre.x) ** 2 + (point.y - centre.y) ** 2 < (0.95 * reach) ** 2
}

/** The weight of the longest code that covers the kind, else of its group, else `other`. */
function drawOf(kind: Kind, draws: Readonly<Record<string, number | undefined>>, other: number): number {
  for (let code = kind.code; code !== ''; code = code.slice(0, Math.max(0, code.lastIndexOf('/')))) {
    const draw = draws[code]
    if (draw !== undefined) return draw
  }
  return draws[kind.group] ?? other
}

function tagsOf({ traits, items }: Subject): string[] {
  return [...items.slice(0, 2), ...traits.map((trait) => TRAITS[trait].tag)].slice(0, MAX_TAGS)
}

function attributesOf({ kind, traits }: Subject, random: Random): Record<string, boolean | number> {
  const asked = TRAIT_NAMES.filter((trait) => kind.traits[trait] !== undefined)
  const seats = kind.seats === undefined ? 0 : integerBetween(random, ...kind.seats)
  return {
    indoor: kind.indoor,
    ...Object.fromEntries(asked.map((trait: Trait) => [trait, traits.includes(trait)])),
    ...(seats > 0 && { seats }),
  }
}

/** The tastes of the kind and of each trait together, at most 1; late hours serve those who stay out late. */
function offerOf({ kind, traits, week }: Subject): Float64Array {
  const offer = tasteVector(kind.tastes)
  for (const trait of traits) {
    const { tastes = {} }: TraitEntry = TRAITS[trait]
    tasteVector(tastes).forEach((strength, facet) => (offer[facet] += strength))
  }
  if (week.lastHour >= 26) offer[FACETS.findIndex(({ id }) => id === 'late')] += 0.15
  return offer.map((strength) => Math.min(1, strength))
}

function ratingOf(quality: number): number {
  return Math.round(10 * Math.max(2.6, Math.min(5, 4.15 + 0.35 * quality))) / 10
}

/** No Korean number begins with the area code 099. */
function phoneNumber(random: Random): string {
  return `099-${integerBetween(random, 210, 899)}-${String(random.integer(10_000)).padStart(4, '0')}`
}
