// Words that join others and say nothing of a place: articles, prepositions, pronouns, auxiliaries, and what frames a question.
// Leaves what else words mean to recommend/query/.
import { wordsOf } from './words.ts'

const ENGLISH = `
a about after all also am an and another any anywhere are as at be because been before being best between both but by can could did do
does for from get go going good had has have he her here him his how i if in into is it its just let like looking may me
might more most much must my near nearby no not of off on only or other our out over place places please she should so some
somewhere such than that the their them then there these they this those through to too under up us very was way we were
what when where which while who why will with without would you your
`

const KOREAN = `
곳 추천 추천해줘 좋은 좋을 갈만한 갈 만한 가볼만한 근처 주변 쪽 있는 있나요 알려줘 찾아줘 어디 어디서 거 것 데 좀 그리고 또는 말고 빼고
제외 제외하고 아닌 없는 없이 안 되는 안되는
`

const FUNCTION_WORDS = new Set(`${ENGLISH} ${KOREAN}`.trim().split(/\s+/))

/** @param word as `wordsOf` gives them */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word)
}

/** Words of a question that say something, each once; all of them where none does ("the"). */
export function tellingWords(query: string): string[] {
  const words = [...new Set(wordsOf(query))]
  const telling = words.filter((word) => !FUNCTION_WORDS.has(word))
  return telling.length > 0 ? telling : words
}
