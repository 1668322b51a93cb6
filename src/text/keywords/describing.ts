// Which words describe a place, so that a keyword of them can be said of one: qualities ("아늑", "맛있"), attributes of the
// table of concepts, tags of the catalog, and things ("소금빵"). Leaves the wording of a name to names.ts.
import type { Attribute } from '../concepts.ts'
import { stemCandidates } from '../korean-endings.ts'
import { particlesAfter } from '../particles.ts'
import { normalizeText } from '../words.ts'
import { CIRCUMSTANCES, CIRCUMSTANCE_ENDINGS, QUALITIES, QUALITY_ENDINGS } from './describing-words.ts'
import { BURDENS, CARRIERS, EMPTY_ALONE, EMPTY_ENDS, PASSED_OVER, complains, denies } from './stop-words.ts'

/** Texts of fewer different words do not show what particles a noun takes. */
const FEW_FORMS = 1000

/** What the catalog knows by name. */
export interface KnownNames {
  readonly attributes: readonly Attribute[]
  /** Tags of places, folded. */
  readonly tags: ReadonlySet<string>
  /** Regions and spots, folded: where a place is, not what it is like. */
  readonly areas: ReadonlySet<string>
}

/** What a word may be; undefined for one that describes nothing (people, dates, verbs, adverbs, areas). */
export type WordKind = 'quality' | 'thing' | 'filler'

export interface Describing {
  /** @param stem a word of a cluster's id, which may have kept its particle ("재료가") */
  kindOf(stem: string): WordKind | undefined
  /** A word without the particle at its end: "메뉴가" → "메뉴"; itself where it has none, or is a noun that ends alike. */
  bare(form: string): string
  /** A tag, a word of an attribute, or a noun by the particles it is written with. */
  isThing(word: string): boolean
  /** Whether a keyword of this word alone says something of a place: a tag, an attribute, a quality or a proven thing. */
  standsAlone(stem: string): boolean
}

/**
 * @param forms all words of the texts as they are written: a noun shows itself by its particles
 */
export function createDescribing(forms: ReadonlySet<string>, names: KnownNames): Describing {
  const attributeWords = new Set(names.attributes.flatMap(({ words }) => words.map(normalizeText)))
  const kinds = new Map<string, WordKind | undefined>()
  const nouns = new Map<string, boolean>()

  function isNoun(word: string): boolean {
    let known = nouns.get(word)
    if (known === undefined) nouns.set(word, (known = isWrittenAsNoun(word)))
    return known
  }

  /** Bare and with a particle, or with two: "소금빵", "소금빵을". A verb's stem has none of them, an adverb itself only. */
  function isWrittenAsNoun(word: string): boolean {
    if (!/^[가-힣]+$/.test(word)) return /^\p{L}{3,}/u.test(word)
    if (VERB_ENDINGS.test(word) || ADVERB_ENDINGS.test(word)) return false
    const shown = particlesAfter(word).filter((particle) => forms.has(word + particle)).length
    if (!forms.has(word)) return shown >= 2
    return shown >= 1 || (forms.size < FEW_FORMS && !ENDED.test(word) && withoutParticle(word).length === 0)
  }

  function bare(form: string): string {
    if (isNoun(form)) return form
    const bases = withoutParticle(form)
    return bases.find(isNoun) ?? bases.at(-1) ?? form
  }

  function isKnown(word: string): boolean {
    return names.tags.has(word) || attributeWords.has(word)
  }

  function isCircumstance(word: string): boolean {
    const plain = word.replace(/(?:님|들|님들)$/, '')
    return (
      [word, plain].some((each) => CIRCUMSTANCES.has(each) || names.areas.has(each)) ||
      names.areas.has(`${word}동`) ||
      CIRCUMSTANCE_ENDINGS.test(word)
    )
  }

  function kindOfNew(stem: string): WordKind | undefined {
    const base = bare(stem)
    const layers = [stem, ...withoutParticle(stem)]
    if (denies(stem) || complains(stem) || BURDENS.has(stem) || isQuality(stem)) return 'quality'
    if (isKnown(stem) || isKnown(base)) return 'thing'
    if (layers.some(isCircumstance)) return undefined
    if (EMPTY_ALONE.has(base) || CARRIERS.has(base)) return 'thing'
    if (layers.some((layer) => EMPTY_ENDS.has(layer) || PASSED_OVER.has(layer))) return 'filler'
    return isNoun(stem) || (base !== stem && !VERB_ENDINGS.test(stem) && !VERB_ENDINGS.test(base))
      ? 'thing'
      : undefined
  }

  function kindOf(stem: string): WordKind | undefined {
    if (!kinds.has(stem)) kinds.set(stem, kindOfNew(stem))
    return kinds.get(stem)
  }

  const isThing = (word: string) => isKnown(word) || isNoun(word)

  return {
    kindOf,
    bare,
    isThing,
    standsAlone(stem) {
      const kind = kindOf(stem)
      const base = bare(stem)
      if (kind === 'thing')
        return isKnown(stem) || (isThing(base) && !EMPTY_ALONE.has(base) && !CARRIERS.has(base))
      return kind === 'quality' && !EMPTY_ALONE.has(stem)
    },
  }
}

/** In whatever form: "합리적이에요", "널찍널찍". */
function isQuality(stem: string): boolean {
  const bases = [stem, ...stemCandidates(stem).map((candidate) => candidate.stem)]
  return bases.some((base) => QUALITIES.has(base) || (base.length > 2 && QUALITY_ENDINGS.test(base)))
}

/** Forms of verbs, which people put particles after as well ("갔는데도"). */
const VERB_ENDINGS =
  /(?:려고|면서|는데|던데|은데|인데|다가|지만|으니|어서|아서|해서|려면|도록|더니|라고|다고|하고|하면|하는|하기|기에|느라|자마자|긴)$/
/** How sentences and clauses end. */
const ENDED = /[요다고게서면며지네데죠은는을한]$/
const ADVERB_ENDINGS = /(?:히|까지|부터|에서|에게|한테|에는|에도)$/

/** What is left before the particles that `form` may end in and that fit the sound before them, the longest first. */
function withoutParticle(form: string): string[] {
  const found: string[] = []
  for (let rest = [form]; rest.length > 0;) {
    rest = rest.flatMap((word) =>
      /^[가-힣]{3,}$/.test(word)
        ? PARTICLES.filter(
            (particle) =>
              word.endsWith(particle) &&
              word.length > particle.length + 1 &&
              particlesAfter(word.slice(0, -particle.length)).includes(particle),
          ).map((particle) => word.slice(0, -particle.length))
        : [],
    )
    found.push(...rest)
  }
  return found
}

const PARTICLES = [...new Set([...particlesAfter('산'), ...particlesAfter('나')])]
