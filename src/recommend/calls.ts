// The four calls: each chooses its sources, weights and re-ranking. A call reads top to bottom in request order.
// Leaves sources to candidates/, order to rank.ts and re-rank/, words to reasons.ts, numbers to call-options.ts.
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
import { CALL_OPTIONS, type CallOptions } from './call-options.ts'
import { nearestCandidates, popularCandidates } from './candidates/area.ts'
import { mergeCandidates, poolSize, type Candidate } from './candidates/candidate.ts'
import { sameKindCandidates, vectorCandidates } from './candidates/vector.ts'
import type { Live } from './live.ts'
import { localSlots, type SlotOf } from './local-slots.ts'
import { readPage, type Page } from './page.ts'
import { queryCandidates } from './query/candidates.ts'
import { metShare } from './query/evidence.ts'
import { understand, type Understanding } from './query/understand.ts'
import { rank, type Ranked } from './rank.ts'
import { reRank } from './re-rank/re-rank.ts'
import { createReasons } from './reasons.ts'
import { firstReach, type Reach } from './reach.ts'
import { createTracer } from './trace.ts'
import { userContext, type UserContext } from './user-context.ts'

/** What a user has already done there: a taste answer is for places to discover. */
const DISCOVERED_TYPES = new Set(['visit', 'booking', 'review'])

/** The newest dislikes are compared with candidates; all of them are hidden. */
const COMPARED_DISLIKES = 30

/** What every call works out first. */
interface Question {
  readonly live: Live
  readonly request: BaseRequest
  readonly page: Page
  /** How many places the pages up to this one show. */
  readonly needed: number
  readonly context: UserContext
  readonly filter: Filter
  readonly slotOf: SlotOf
  readonly options: CallOptions
  readonly signal?: AbortSignal
}

async function question(
  live: Live,
  request: BaseRequest,
  now: number,
  options: CallOptions,
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
    needed: page.shown.size + request.limit,
    context,
    filter: exclude(filter, context.dislikes),
    slotOf: localSlots(page.now),
    options,
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
  options: CallOptions = CALL_OPTIONS.nearby,
): Promise<Recommendation> {
  const asked = await question(live, request, request.at, options, signal)
  const { context, filter } = asked
  const { near, where } = request
  const pool = poolSize(asked.needed)
  const nearest = await nearestCandidates(live, filter, originOf(request), signal, pool)
  const reach = near === undefined || where.circle !== undefined ? undefined : firstReach(nearest)
  const within = near && reach && { ...filter, circle: { ...near, radiusMeters: reach.radiusMeters } }
  const filters = within === undefined ? [filter] : [within, filter]
  const found = filters.flatMap((area) => [
    popularCandidates(live, area, signal, pool),
    vectorCandidates(live, 'taste', context.vector, area, signal, pool),
  ])
  const candidates = mergeCandidates(...(await Promise.all(found)), nearest)
  return finish(asked, filter, await rankFor(asked, candidates), { reach })
}

/** Alternatives to the given places: near in the model's space, best of the same kind. Throws unknown-place. */
export async function similar(
  live: Live,
  request: SimilarRequest,
  now: number,
  signal?: AbortSignal,
  options: CallOptions = CALL_OPTIONS.similar,
): Promise<Recommendation> {
  const asked = await question(live, request, now, options, signal)
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
  return finish(asked, filter, await rankFor(asked, candidates, { ...(similarTo && { similarTo }) }), {
    given,
  })
}

/** Personal picks: by the user's vector and the words of an intent; by popularity for a stranger without words. */
export async function taste(
  live: Live,
  request: TasteRequest,
  now: number,
  signal?: AbortSignal,
  options: CallOptions = CALL_OPTIONS.taste,
): Promise<Recommendation> {
  const asked = await question(live, request, now, options, signal)
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
    { understanding },
  )
  return finish(asked, filter, ranked, { visited: new Set(discovered), understanding })
}

/** Words, fused with likeness; lightly personal. What a user disliked is hidden here too. */
export async function search(
  live: Live,
  request: SearchRequest,
  now: number,
  signal?: AbortSignal,
  options: CallOptions = CALL_OPTIONS.search,
): Promise<Recommendation> {
  const asked = await question(live, request, now, options, signal)
  const understanding = (await understood(live, request, request.query, signal))!
  const candidates = await queryCandidates(live, request.query, asked.filter, understanding, signal)
  const ranked = await rankFor(asked, candidates, { understanding })
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

function rankFor(
  { live, request, context, slotOf, options: { weights } }: Question,
  candidates: readonly Candidate[],
  {
    understanding,
    ...similarTo
  }: Pick<Parameters<typeof rank>[2], 'similarTo'> & {
    readonly understanding?: Understanding | undefined
  } = {},
): Promise<Ranked[]> {
  const origin = originOf(request)
  const met = understanding && ((place: Place) => metShare(place, understanding))
  return rank(live, candidates, {
    ...similarTo,
    weights,
    context,
    slotOf,
    ...(origin && { origin }),
    ...(met && { met }),
  })
}

interface Finish {
  /** The places that were asked about. */
  readonly given?: readonly { readonly place: Place; readonly vector: Float32Array }[]
  readonly reach?: Reach | undefined
  /** Left out because the user has been there. */
  readonly visited?: ReadonlySet<string>
  /** The words that were searched for. */
  readonly query?: string
  readonly understanding?: Understanding | undefined
}

/** Re-ranks, gives reasons and answers. */
async function finish(
  { live, request, page, needed, context, slotOf, options }: Question,
  filter: Filter,
  ranked: readonly Ranked[],
  { given, reach, visited, query, understanding }: Finish = {},
): Promise<Recommendation> {
  const [actedPlaces, disliked] = await Promise.all([
    live.places(context.acted.map(({ placeId }) => placeId)),
    dislikedPlaces(live, context),
  ])
  const tracer = request.debug === true ? createTracer(ranked) : undefined
  const reRanked = reRank(
    ranked,
    {
      live,
      context,
      userId: request.who.userId,
      now: page.now,
      slotOf,
      reach,
      needed,
      actedPlaces,
      disliked,
    },
    options.reRank,
    page.seed,
    tracer?.onStep,
  )
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
  const leftOut = { disliked: context.dislikes, ...(visited && { visited }) }
  return answer({
    live,
    request,
    page,
    filter,
    reRanked,
    reasons,
    reach,
    leftOut,
    query,
    understanding,
    tracer,
  })
}

async function dislikedPlaces(live: Live, { dislikes }: UserContext) {
  const ids = [...dislikes].slice(0, COMPARED_DISLIKES)
  if (ids.length === 0) return []
  return (await live.known(ids)).filter((entry) => entry !== undefined)
}
