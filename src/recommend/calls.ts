// The four calls: each chooses its sources, weights and re-ranking. A call reads top to bottom in request order.
// Leaves sources to candidates/, order to rank.ts and re-rank.ts, words to reasons.ts.
import type { Place } from '../domain/place.ts'
import type {
  BaseRequest,
  NearbyRequest,
  Recommendation,
  SearchRequest,
  SimilarRequest,
  TasteRequest,
} from '../domain/recommendation.ts'
import { UNDERSTOOD_PARTS } from '../domain/understood.ts'
import { DongneError } from '../errors.ts'
import { likenessQuery } from '../graph/model.ts'
import { filterFrom, type Filter } from '../vector-index/filter.ts'
import { answer, existing, originOf } from './answer.ts'
import { nearestCandidates, popularCandidates } from './candidates/area.ts'
import { mergeCandidates, type Candidate } from './candidates/candidate.ts'
import { sameKindCandidates, vectorCandidates } from './candidates/vector.ts'
import type { Live } from './live.ts'
import { localSlots, type SlotOf } from './local-slots.ts'
import { readPage, type Page } from './page.ts'
import { queryCandidates } from './query/candidates.ts'
import { metShare } from './query/evidence.ts'
import { understand, type Understanding } from './query/understand.ts'
import { rank, WEIGHTS, type Ranked } from './rank.ts'
import { demoteKin, diversify } from './re-rank.ts'
import { createReasons } from './reasons.ts'
import { firstReach, inRings, type Reach } from './reach.ts'
import { userContext, type UserContext } from './user-context.ts'

/** What a user has already done there: a taste answer is for places to discover. */
const DISCOVERED_TYPES = new Set(['visit', 'booking', 'review'])

/** What every call works out first. */
export interface Question {
  readonly live: Live
  readonly request: BaseRequest
  readonly page: Page
  readonly context: UserContext
  readonly filter: Filter
  readonly slotOf: SlotOf
  readonly signal?: AbortSignal
}

export async function question(
  live: Live,
  request: BaseRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Question> {
  live.vocabulary.check(request.where, request.what)
  const page = readPage(request, now)
  const context = await userContext(live, request.who, page.now)
  const filter = filterFrom(request.where, request.what, page.now)
  return {
    live,
    request,
    page,
    context,
    filter: exclude(filter, context.dislikes),
    slotOf: localSlots(page.now),
    ...(signal && { signal }),
  }
}

function exclude(filter: Filter, ids: Iterable<string>): Filter {
  const excludeIds = [...(filter.excludeIds ?? []), ...ids]
  return excludeIds.length === 0 ? filter : { ...filter, excludeIds }
}

/**
 * Around a point or inside an area: what is popular at this hour, and what fits this user, in one list. Around a point,
 * what lies within reach of it comes first, then what lies further, ring by ring (reach.ts); a circle says itself how far.
 */
export async function nearby(
  live: Live,
  request: NearbyRequest,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, request.at, signal)
  const { context, filter } = asked
  const { near, where } = request
  const nearest = await nearestCandidates(live, filter, originOf(request), signal)
  const reach = near === undefined || where.circle !== undefined ? undefined : firstReach(nearest)
  const within = near && reach && { ...filter, circle: { ...near, radiusMeters: reach.radiusMeters } }
  const filters = within === undefined ? [filter] : [within, filter]
  const found = filters.flatMap((area) => [
    popularCandidates(live, area, signal),
    vectorCandidates(live, 'taste', context.vector, area, signal),
  ])
  const candidates = mergeCandidates(...(await Promise.all(found)), nearest)
  const ranked = await demoteDisliked(asked, await rankFor(asked, candidates, { weights: 'learnt' }))
  const list = reach === undefined ? diversify(ranked) : inRings(ranked, reach).flatMap(diversify)
  return finish(asked, filter, list, { reach })
}

/** Alternatives to the given places: near in the model's space, best of the same kind. Throws unknown-place. */
export async function similar(
  live: Live,
  request: SimilarRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, now, signal)
  const places = await existing(live, request.placeIds)
  const vectors = await live.index.vectors(request.placeIds)
  request.placeIds.forEach((id, index) => {
    if (vectors.has(id) && places.some((place) => place.id === id)) return
    throw new DongneError('unknown-place', `No place has the id "${id}".`, {
      errors: [{ pointer: `/placeIds/${index}`, detail: `"${id}" is not known` }],
    })
  })
  const given = places.map((place) => ({ place, vector: vectors.get(place.id)! }))
  const query = likenessQuery(given.map(({ vector }) => vector))
  const categories = places.flatMap((place) => place.categories)
  const filter = exclude(asked.filter, request.placeIds)
  const candidates = mergeCandidates(
    ...(await Promise.all([
      vectorCandidates(live, 'similar', query, filter, signal),
      sameKindCandidates(live, query, categories, filter, signal),
    ])),
  )
  const similarTo = query && { query, categories }
  const ranked = await rankFor(asked, candidates, {
    weights: WEIGHTS.similar,
    ...(similarTo && { similarTo }),
  })
  return finish(asked, filter, await demoteDisliked(asked, ranked), { given })
}

/** Personal picks: by the user's vector and the words of an intent; by popularity for a stranger without words. */
export async function taste(
  live: Live,
  request: TasteRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, now, signal)
  const { context } = asked
  const discovered = context.acted
    .filter(({ type }) => DISCOVERED_TYPES.has(type))
    .map(({ placeId }) => placeId)
  const filter = exclude(asked.filter, discovered)
  const understanding = await understood(live, request, request.intent, signal)
  const words =
    understanding === undefined
      ? []
      : await queryCandidates(live, request.intent!, filter, understanding, signal)
  const byTaste = await vectorCandidates(live, 'taste', context.vector, filter, signal)
  const candidates = mergeCandidates(words, byTaste)
  const ranked = await rankFor(
    asked,
    candidates.length > 0 ? candidates : await popularCandidates(live, filter, signal),
    { weights: WEIGHTS.taste, understanding },
  )
  return finish(asked, filter, diversify(await demoteDisliked(asked, ranked)), { understanding })
}

/** Words, fused with likeness; lightly personal. What a user disliked is hidden here too. */
export async function search(
  live: Live,
  request: SearchRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, now, signal)
  const understanding = (await understood(live, request, request.query, signal))!
  const candidates = await queryCandidates(live, request.query, asked.filter, understanding, signal)
  const ranked = await rankFor(asked, candidates, { weights: WEIGHTS.search, understanding })
  return finish(asked, asked.filter, ranked, { query: request.query, understanding })
}

/** What the words ask for; not what `where` and `what` say already, for those are certain. */
async function understood(
  live: Live,
  { where, what, locale, understand: wanted = UNDERSTOOD_PARTS }: SearchRequest | TasteRequest,
  words: string | undefined,
  signal?: AbortSignal,
): Promise<Understanding | undefined> {
  if (words === undefined) return undefined
  const parts = new Set(wanted)
  if (Object.keys(where).length > 0) parts.delete('areas')
  if (what.categories !== undefined) parts.delete('categories')
  const isHeld = async (word: string) => {
    const [best] = (await live.words.search(word, { includeClosed: true }, 1, signal)) ?? []
    return best?.coverage === 1
  }
  return understand(words, {
    gazetteer: live.gazetteer,
    vocabulary: live.vocabulary,
    locale,
    parts,
    isHeld,
    isNamed: async (text) => live.sounds.has(text),
    soundsLike: async (word) => live.sounds.alike(word),
  })
}

export function rankFor(
  { live, request, page, context, slotOf }: Question,
  candidates: readonly Candidate[],
  {
    understanding,
    ...options
  }: Pick<Parameters<typeof rank>[2], 'weights' | 'similarTo'> & {
    readonly understanding?: Understanding | undefined
  },
): Promise<Ranked[]> {
  const origin = originOf(request)
  const met = understanding && ((place: Place) => metShare(place, understanding))
  return rank(live, candidates, {
    ...options,
    context,
    slotOf,
    at: page.now,
    near: request.near,
    ...(origin && { origin }),
    ...(met && { met }),
  })
}

export async function demoteDisliked(
  { live, context }: Question,
  ranked: readonly Ranked[],
): Promise<Ranked[]> {
  const vectors = await live.index.vectors([...context.dislikes])
  return demoteKin(ranked, [...vectors.values()])
}

interface Finish {
  /** The places that were asked about. */
  readonly given?: readonly { readonly place: Place; readonly vector: Float32Array }[]
  readonly reach?: Reach | undefined
  /** The words that were searched for. */
  readonly query?: string
  readonly understanding?: Understanding | undefined
}

export async function finish(
  { live, request, page, context, slotOf }: Question,
  filter: Filter,
  ranked: readonly Ranked[],
  { given, reach, query, understanding }: Finish = {},
): Promise<Recommendation> {
  const actedPlaces = await live.places(context.acted.map(({ placeId }) => placeId))
  const reasons = createReasons({
    live,
    context,
    actedPlaces,
    slotOf,
    now: page.now,
    locale: request.locale,
    ranked,
    ...(given && { asked: given }),
    ...(understanding && { attributes: understanding.asked }),
    wanted: query ?? ('intent' in request ? (request as TasteRequest).intent : undefined),
  })
  return answer({ live, request, page, filter, ranked, reasons, reach, query, understanding })
}
