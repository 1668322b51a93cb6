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
import { DongneError } from '../errors.ts'
import { offsetMinutes, timeZoneAt } from '../geo/time-zone.ts'
import { likenessQuery } from '../graph/model.ts'
import { filterFrom, type Filter } from '../vector-index/filter.ts'
import { slotAt, type Slot } from './activity.ts'
import { answer, existing, originOf } from './answer.ts'
import { nearestCandidates, popularCandidates } from './candidates/area.ts'
import { mergeCandidates, type Candidate } from './candidates/candidate.ts'
import { textCandidates } from './candidates/text.ts'
import { sameKindCandidates, vectorCandidates } from './candidates/vector.ts'
import type { Live } from './live.ts'
import { readPage, type Page } from './page.ts'
import { rank, WEIGHTS, type Ranked } from './rank.ts'
import { demoteKin, diversify } from './re-rank.ts'
import { createReasons } from './reasons.ts'
import { userContext, type UserContext } from './user-context.ts'

/** What a user has already done there: a taste answer is for places to discover. */
const DISCOVERED_TYPES = new Set(['visit', 'booking', 'review'])
/** Where nothing says how late it is for the user. */
const DEFAULT_TIME_ZONE = 'Asia/Seoul'

/** What every call works out first. */
interface Question {
  readonly live: Live
  readonly request: BaseRequest
  readonly page: Page
  readonly context: UserContext
  readonly filter: Filter
  readonly slot: Slot
  readonly signal?: AbortSignal
}

async function question(
  live: Live,
  request: BaseRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Question> {
  live.vocabulary.check(request.where, request.what)
  const page = readPage(request, now)
  const context = await userContext(live, request.who, page.now)
  const filter = filterFrom(request.where, request.what, page.now)
  const origin = originOf(request)
  const timeZone = origin === undefined ? DEFAULT_TIME_ZONE : timeZoneAt(origin)
  return {
    live,
    request,
    page,
    context,
    filter: exclude(filter, context.dislikes),
    slot: slotAt(page.now, offsetMinutes(page.now, timeZone)),
    ...(signal && { signal }),
  }
}

function exclude(filter: Filter, ids: Iterable<string>): Filter {
  const excludeIds = [...(filter.excludeIds ?? []), ...ids]
  return excludeIds.length === 0 ? filter : { ...filter, excludeIds }
}

/** Around a point or inside an area: what is popular at this hour, and what fits this user, in one list. */
export async function nearby(
  live: Live,
  request: NearbyRequest,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, request.at, signal)
  const { context, filter } = asked
  const candidates = mergeCandidates(
    ...(await Promise.all([
      popularCandidates(live, filter, signal),
      nearestCandidates(live, filter, originOf(request), signal),
      vectorCandidates(live, 'taste', context.vector, filter, signal),
    ])),
  )
  const ranked = await rankFor(asked, candidates, { weights: WEIGHTS.nearby })
  return finish(asked, filter, diversify(await demoteDisliked(asked, ranked)))
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
  return finish(asked, filter, await demoteDisliked(asked, ranked), given)
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
  const words = request.intent === undefined ? [] : await textCandidates(live, request.intent, filter, signal)
  const byTaste = await vectorCandidates(live, 'taste', context.vector, filter, signal)
  const candidates = mergeCandidates(words, byTaste)
  const ranked = await rankFor(
    asked,
    candidates.length > 0 ? candidates : await popularCandidates(live, filter, signal),
    { weights: WEIGHTS.taste },
  )
  return finish(asked, filter, diversify(await demoteDisliked(asked, ranked)))
}

/** Words, fused with likeness; lightly personal. What a user disliked is hidden here too. */
export async function search(
  live: Live,
  request: SearchRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question(live, request, now, signal)
  const candidates = await textCandidates(live, request.query, asked.filter, signal)
  return finish(asked, asked.filter, await rankFor(asked, candidates, { weights: WEIGHTS.search }))
}

function rankFor(
  { live, request, context, slot }: Question,
  candidates: readonly Candidate[],
  options: Pick<Parameters<typeof rank>[2], 'weights' | 'similarTo'>,
): Promise<Ranked[]> {
  const origin = originOf(request)
  return rank(live, candidates, { ...options, context, slot, ...(origin && { origin }) })
}

async function demoteDisliked({ live, context }: Question, ranked: readonly Ranked[]): Promise<Ranked[]> {
  const vectors = await live.index.vectors([...context.dislikes])
  return demoteKin(ranked, [...vectors.values()])
}

async function finish(
  { live, request, page, context, slot }: Question,
  filter: Filter,
  ranked: readonly Ranked[],
  given?: readonly { readonly place: Place; readonly vector: Float32Array }[],
): Promise<Recommendation> {
  const actedPlaces = await live.places(context.acted.map(({ placeId }) => placeId))
  const reasons = createReasons({
    live,
    context,
    actedPlaces,
    slot,
    now: page.now,
    locale: request.locale,
    ranked,
    ...(given && { asked: given }),
  })
  return answer({ live, request, page, filter, ranked, reasons })
}
