// What the rules left of a question, read by a language model: "somewhere to read without being stared at" → quiet.
// Leaves asking, keeping and time limits to asked-model.ts. Nothing is taken that is not in the question and known here.
//
// The answer can hold only ids that the schema lists and areas that the gazetteer knows, each with the words that say it,
// which have to stand among those that the rules left. What is read lifts places as what the rules read does; it never
// filters. Without an answer in time, or one that fits, the question stays as the rules understood it.
import { Type, type Static } from 'typebox'
import type { Locale } from '../../domain/names.ts'
import type { UnderstoodPart } from '../../domain/understood.ts'
import { DongneError } from '../../errors.ts'
import { readPrompt } from '../../text/prompts.ts'
import { wordsOf } from '../../text/words.ts'
import type { AskedModel } from '../writing/asked-model.ts'
import type { Vocabulary } from '../live/vocabulary.ts'
import { keyOf, type Gazetteer } from './gazetteer.ts'
import type { Understanding } from './understand.ts'

interface ReadOptions {
  readonly gazetteer: Gazetteer
  readonly vocabulary: Vocabulary
  readonly locale: Locale
  readonly parts: ReadonlySet<UnderstoodPart>
  /** Whether a place holds all of these words. */
  isHeld(words: string): Promise<boolean>
}

/** Fewer words that the rules did not understand are a name or a dish: they are searched for. */
const MIN_UNREAD_WORDS = 3
/** Longer questions are not worth a model's time. */
const MAX_CHARS = 300
/** Somebody waits for the answer. */
const WAIT_MS = 800
/** Schemas with more values are refused by some endpoints. */
const MAX_CATEGORIES = 200
const MAX_PER_PART = 3

const Words = Type.String({ minLength: 1, maxLength: 100 })

/** What a question may ask for here: as data for the model, and as the schema that its answer has to fit. */
interface Choices {
  readonly categories: readonly { readonly id: string; readonly name: string }[]
  readonly attributes: readonly { readonly id: string; readonly name: string }[]
  readonly schema: ReturnType<typeof answerSchema>
}

const answerSchema = (categories: readonly string[], attributes: readonly string[]) =>
  Type.Object(
    {
      areas: Type.Array(
        Type.Object({ words: Words, name: Type.String({ maxLength: 60 }) }, { additionalProperties: false }),
        { maxItems: MAX_PER_PART },
      ),
      categories: listOf(categories),
      attributes: listOf(attributes),
    },
    { additionalProperties: false },
  )

function listOf(ids: readonly string[]) {
  const id = ids.length === 0 ? Type.String() : Type.Enum([...ids])
  return Type.Array(Type.Object({ words: Words, id }, { additionalProperties: false }), {
    maxItems: ids.length === 0 ? 0 : MAX_PER_PART,
  })
}

type Answer = Static<ReturnType<typeof answerSchema>>

/** Compiled checks hang on the schema, so it is made once a vocabulary and language. */
const known = new WeakMap<Vocabulary, Map<Locale, Choices>>()

/** The widest categories come first, as many as half of the model's input holds. */
function choicesOf({ gazetteer, vocabulary, locale }: ReadOptions, maxInputChars: number): Choices {
  const byLocale = known.get(vocabulary) ?? new Map<Locale, Choices>()
  known.set(vocabulary, byLocale)
  let choices = byLocale.get(locale)
  if (choices === undefined) {
    const depth = (code: string) => code.split('/').length
    const categories: { id: string; name: string }[] = []
    let left = maxInputChars / 2
    for (const id of vocabulary.categories.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))) {
      const entry = { id, name: vocabulary.categoryName(id, locale) }
      left -= JSON.stringify(entry).length + 1
      if (left < 0 || categories.length === MAX_CATEGORIES) break
      categories.push(entry)
    }
    const attributes = gazetteer.attributes.map(({ id, [locale]: name }) => ({ id, name }))
    const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)
    choices = { categories, attributes, schema: answerSchema(idsOf(categories), idsOf(attributes)) }
    byLocale.set(locale, choices)
  }
  return choices
}

/** `byRules`, with what the model read in what it left. */
export async function readByModel(
  question: string,
  byRules: Understanding,
  model: AskedModel,
  options: ReadOptions,
): Promise<Understanding> {
  const unread = byRules.rest
  if (byRules.restWords.length < MIN_UNREAD_WORDS || question.length > MAX_CHARS) return byRules
  // "스타벅스 리저브 광화문점" is no riddle.
  if (await options.isHeld(unread)) return byRules
  const { schema, categories, attributes } = choicesOf(options, model.limits.maxInputChars)
  const input = JSON.stringify({ question, unread, categories, attributes })
  if (input.length > model.limits.maxInputChars) return byRules
  let answer: Answer | undefined
  try {
    answer = await model.ask({ prompt: readPrompt('read-question'), input, schema }, { wait: WAIT_MS })
  } catch (error) {
    if (!(error instanceof DongneError) || error.code !== 'language-model-failed') throw error
  }
  return answer === undefined ? byRules : withAnswer(byRules, answer, options)
}

/** What of the answer stands in the unread words, is known, and was not understood already. */
function withAnswer(
  byRules: Understanding,
  answer: Answer,
  { gazetteer, vocabulary, locale, parts }: ReadOptions,
): Understanding {
  const unread = ` ${wordsOf(byRules.rest).join(' ')} `
  const said = (words: string) => unread.includes(` ${wordsOf(words).join(' ')} `)
  const generatedBy = 'model' as const
  const read: string[] = []

  const areas = [...byRules.areas]
  if (parts.has('areas') && areas.length === 0) {
    for (const { words, name } of answer.areas.filter(({ words }) => said(words))) {
      for (const { kind, id } of gazetteer.meaningOf(keyOf(name))?.areas ?? []) {
        const known = kind === 'region' ? vocabulary.regionName(id, locale) : vocabulary.spotName(id, locale)
        areas.push({ kind, id, name: known, words, generatedBy })
        read.push(words)
      }
    }
  }
  const categories = [...byRules.categories]
  if (parts.has('categories') && categories.length === 0) {
    for (const { words, id: code } of answer.categories.filter(({ words }) => said(words))) {
      if (categories.some((category) => category.code === code)) continue
      categories.push({ code, name: vocabulary.categoryName(code, locale), words, generatedBy })
      read.push(words)
    }
  }
  const attributes = [...byRules.attributes]
  const asked = [...byRules.asked]
  const meant: string[] = []
  if (parts.has('attributes')) {
    for (const { words, id } of answer.attributes.filter(({ words }) => said(words))) {
      const attribute = gazetteer.attributes.find((known) => known.id === id)
      if (attribute === undefined || asked.includes(attribute)) continue
      asked.push(attribute)
      attributes.push({ id, name: attribute[locale], words, generatedBy })
      // Places say it in these words, not in those of the question.
      meant.push(attribute.ko, attribute.en)
      read.push(words)
    }
  }
  if (read.length === 0) return byRules
  const readWords = new Set(read.flatMap(wordsOf))
  const isUnread = (text: string) => !wordsOf(text).every((word) => readWords.has(word))
  return {
    ...byRules,
    areas,
    categories,
    attributes,
    asked,
    rest: byRules.rest.split(' ').filter(isUnread).join(' '),
    restWords: byRules.restWords.filter(isUnread),
    words: [byRules.words, ...meant].filter(Boolean).join(' '),
  }
}
