// Prints the keywords of the five places with the most reviews: dongne export --what places | node top-keywords.mjs
// A line: + or − (a complaint), name, how many texts say it, score, and the first quote with where it stands.
import { text } from 'node:stream/consumers'

const places = (await text(process.stdin)).trim().split('\n').map(JSON.parse)
const said = ({ reviews = [] }) => reviews.length
const most = places.sort((a, b) => said(b) - said(a) || (a.id < b.id ? -1 : 1)).slice(0, 5)
for (const { id, name, reviews = [], keywords = [] } of most) {
  console.log(`${name} (${id}, ${reviews.length} reviews)`)
  for (const { name: keyword, count, score, negative, quotes } of keywords) {
    const [{ source, index, start, end, text: quoted }] = quotes
    if (source === 'review' && reviews[index].slice(start, end) !== quoted)
      throw new Error(`${id}: ${quoted}`)
    console.log(
      `  ${negative ? '−' : '+'} ${keyword} ×${count} ${score}  “${quoted}” ${source} ${index} [${start}, ${end})`,
    )
  }
}
