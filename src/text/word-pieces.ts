// Cuts words into the most probable pieces: Viterbi over a unigram language model (Kudo, ACL 2018; SentencePiece).
// Leaves what a word is to words.ts.
import type { StaticEmbeddings } from './static-embeddings.ts'
import { isDense, wordsOf } from './words.ts'

/** Stands before a word that is written between spaces, as in SentencePiece. */
const MARK = '▁'
/** Of one UTF-16 unit that is part of no piece: far below any piece. */
const UNKNOWN_LOG_PROBABILITY = -20
/** Longer words are none: file names, hashes, text without spaces. Their ends are left out. */
const MAX_WORD_LENGTH = 100
/** Words whose pieces are remembered; 64 bytes each, about. */
const REMEMBERED_WORDS = 2 ** 15

/** What words were cut into. */
export interface Cut {
  /** Numbers of the pieces, in order; what is in no piece is left out. */
  readonly pieces: readonly number[]
  /** Words that no piece is part of. */
  readonly unknown: readonly string[]
}

export interface WordPieces {
  cut(text: string): Cut
}

export function createWordPieces(
  embeddings: Pick<StaticEmbeddings, 'pieces' | 'logProbabilities' | 'markLogProbability'>,
): WordPieces {
  const { logProbabilities, markLogProbability } = embeddings
  const trie = createTrie(embeddings.pieces)
  const remembered = new Map<string, readonly number[]>()

  function cutWord(word: string): readonly number[] {
    // Words without spaces between them begin anywhere, so their pieces carry no mark.
    const marked = (isDense(word) ? '' : MARK) + word.slice(0, MAX_WORD_LENGTH)
    const best = new Float64Array(marked.length + 1).fill(-Infinity)
    const from = new Uint32Array(marked.length + 1)
    const piece = new Int32Array(marked.length + 1)
    best[0] = 0
    for (let start = 0; start < marked.length; start++) {
      const offer = (end: number, logProbability: number, number: number) => {
        if (best[start] + logProbability <= best[end]) return
        best[end] = best[start] + logProbability
        from[end] = start
        piece[end] = number
      }
      offer(start + 1, marked[start] === MARK ? markLogProbability : UNKNOWN_LOG_PROBABILITY, -1)
      trie.walk(marked, start, (end, number) => offer(end, logProbabilities[number], number))
    }
    const pieces: number[] = []
    for (let end = marked.length; end > 0; end = from[end]) if (piece[end] >= 0) pieces.push(piece[end])
    return pieces.toReversed()
  }

  return {
    cut(text) {
      const pieces: number[] = []
      const unknown: string[] = []
      for (const word of wordsOf(text)) {
        let known = remembered.get(word)
        if (known === undefined) {
          known = cutWord(word)
          if (remembered.size >= REMEMBERED_WORDS) remembered.clear()
          remembered.set(word, known)
        }
        if (known.length === 0) unknown.push(word)
        for (const piece of known) pieces.push(piece)
      }
      return { pieces, unknown }
    },
  }
}

interface Trie {
  /** Every piece that stands in `text` at `start`, shortest first. */
  walk(text: string, start: number, found: (end: number, piece: number) => void): void
}

function createTrie(pieces: readonly string[]): Trie {
  /** Node · 2^16 + UTF-16 unit → node. */
  const children = new Map<number, number>()
  /** Of a node, the piece that ends there; -1 for none. */
  const ends: number[] = [-1]
  pieces.forEach((piece, number) => {
    let node = 0
    for (let at = 0; at < piece.length; at++) {
      const key = node * 2 ** 16 + piece.charCodeAt(at)
      let child = children.get(key)
      if (child === undefined) {
        child = ends.push(-1) - 1
        children.set(key, child)
      }
      node = child
    }
    ends[node] = number
  })
  return {
    walk(text, start, found) {
      let node: number | undefined = 0
      for (let at = start; at < text.length; at++) {
        node = children.get(node * 2 ** 16 + text.charCodeAt(at))
        if (node === undefined) return
        if (ends[node] >= 0) found(at + 1, ends[node])
      }
    },
  }
}
