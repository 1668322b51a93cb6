// Writes about places and courses from their evidence: by a language model where what it wrote holds, else by template.
// Leaves evidence to evidence.ts, the check to grounding.ts, asking to asked-model.ts.
import { Type } from 'typebox'
import type { Quote } from '../../domain/keyword.ts'
import { DongneError } from '../../errors.ts'
import type { LanguageModelRequest } from '../../text/language-model.ts'
import { readPrompt, type PromptName } from '../../text/prompts.ts'
import type { AskedModel, AskOptions } from './asked-model.ts'
import type { CourseEvidence } from './course-evidence.ts'
import type { EvidenceText, PlaceEvidence } from './evidence.ts'
import { checkText, type Evidence, type QuotedSpan } from './grounding.ts'
import { lengthText } from '../reasons/reason-texts.ts'
import { WRITER_TEXTS } from './writer-texts.ts'

export interface Written {
  readonly text: string
  readonly generatedBy: 'template' | 'model'
  /** Which spans of the text quote what, by the place that they are of. */
  readonly quotes: readonly QuotedSpan[]
  /** Why the model's text was not used: it failed, or said more than its evidence. */
  readonly rejected?: string
}

export interface Writer {
  describePlace(evidence: PlaceEvidence, options: AskOptions): Promise<Written>
  /** Why somebody who wants this may like the place: only ever by the model. */
  reason(evidence: PlaceEvidence, wanted: string, options: AskOptions): Promise<Written | undefined>
  describeCourse(evidence: CourseEvidence, options: AskOptions): Promise<Written>
}

const TextSchema = Type.Object({ text: Type.String({ maxLength: 600 }) }, { additionalProperties: false })
const MAX_CHARS = { place: 250, reason: 150, course: 500 } as const
/** What a language model is asked for a description. */
export function descriptionRequest(evidence: PlaceEvidence): LanguageModelRequest<typeof TextSchema> {
  return requestOf('describe-place', placeData(evidence))
}

function requestOf(promptName: PromptName, data: object): LanguageModelRequest<typeof TextSchema> {
  return { prompt: readPrompt(promptName), input: JSON.stringify(data), schema: TextSchema }
}

/** @param model absent: templates */
export function createWriter(model?: AskedModel): Writer {
  /** What the model wrote and how it holds; undefined where there is none in time. */
  async function written(
    request: LanguageModelRequest<typeof TextSchema>,
    evidence: Evidence,
    options: AskOptions,
  ): Promise<Written | undefined> {
    if (model === undefined) return undefined
    if (request.input.length > model.limits.maxInputChars)
      return rejected('its evidence is longer than the model takes')
    try {
      const answer = await model.ask(request, options)
      if (answer === undefined) return undefined
      const text = answer.text.trim()
      const checked = checkText(text, evidence)
      return checked.ok ? { text, generatedBy: 'model', quotes: checked.quotes } : rejected(checked.problem)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof DongneError) || error.code !== 'language-model-failed') throw error
      return rejected(error.message)
    }
  }

  return {
    async describePlace(evidence, options) {
      const { facts, texts } = evidence
      const said = texts.filter(({ source }) => source === 'description').map(({ text }) => text)
      const found = await written(
        descriptionRequest(evidence),
        {
          locale: evidence.locale,
          facts: [...names(evidence), ...facts, ...said],
          texts,
          maxChars: MAX_CHARS.place,
        },
        options,
      )
      return found?.generatedBy === 'model' ? found : templateOf(evidence, found)
    },
    async reason(evidence, wanted, options) {
      const { facts, texts, locale } = evidence
      const found = await written(
        requestOf('review-reason', { wanted, ...placeData(evidence) }),
        { locale, facts: [...names(evidence), ...facts], texts, maxChars: MAX_CHARS.reason },
        options,
      )
      return found?.generatedBy === 'model' ? found : undefined
    },
    async describeCourse(evidence, options) {
      const template = WRITER_TEXTS[evidence.locale].course(evidence)
      const data = courseData(evidence)
      const found = await written(
        requestOf('describe-course', data),
        {
          locale: evidence.locale,
          facts: [JSON.stringify(data), template],
          texts: [],
          maxChars: MAX_CHARS.course,
        },
        options,
      )
      if (found?.generatedBy === 'model') {
        const missing = outOfOrder(evidence, found.text)
        if (missing === undefined) return found
        return { ...rejected(`it does not name ${missing} in its order`), text: template }
      }
      return { ...found, text: template, generatedBy: 'template', quotes: [] }
    },
  }
}

function rejected(why: string): Written {
  return { text: '', generatedBy: 'template', quotes: [], rejected: why }
}

function templateOf(evidence: PlaceEvidence, found: Written | undefined): Written {
  const text = WRITER_TEXTS[evidence.locale].place(evidence)
  const { quote } = evidence
  const start = quote === undefined ? -1 : text.lastIndexOf(`“${quote.text}”`) + 1
  const quotes =
    quote === undefined ? [] : [{ start, end: start + quote.text.length, of: quote satisfies Quote }]
  return {
    text,
    generatedBy: 'template',
    quotes,
    ...(found?.rejected !== undefined && { rejected: found.rejected }),
  }
}

function names({ name, category, area }: PlaceEvidence): string[] {
  return [name, category ?? '', area ?? '']
}

function placeData({ locale, name, category, area, facts, texts }: PlaceEvidence) {
  const textOf = ({ source, text }: EvidenceText) => ({
    by: source === 'description' ? 'the place' : 'a visitor',
    text,
  })
  return { language: locale, name, category, area, facts, texts: texts.map(textOf) }
}

function courseData({ locale, stops, legs, totalMinutes }: CourseEvidence) {
  const way = ({ by, minutes, meters }: CourseEvidence['legs'][number]) => ({
    by,
    minutes,
    length: lengthText(meters),
  })
  return {
    language: locale,
    stops,
    legs: legs.map(way),
    facts: [`${stops.length} stops`, ...(totalMinutes === undefined ? [] : [`${totalMinutes} minutes`])],
  }
}

/** The first stop that is not named after the one before it. */
function outOfOrder(
  { stops }: { readonly stops: readonly { readonly name: string }[] },
  text: string,
): string | undefined {
  let from = 0
  for (const { name } of stops) {
    const at = text.indexOf(name, from)
    if (at < 0) return name
    from = at + name.length
  }
  return undefined
}
