// Shows an answer: cards, how many, the next page, what is missing; or that it is on its way, or the error.
// Leaves the markers to map.ts and asking to answers.ts.
import type { Answer } from './answers.ts'
import { Problem } from './api.ts'
import type { CardList } from './cards.ts'
import { button, byId } from './dom.ts'
import { createError, createNotice } from './notice.ts'
import { isFromPlaces, type Mode } from './state.ts'
import { t } from './texts.ts'
import type { Vocabulary } from './vocabulary.ts'

interface ShowOptions {
  readonly vocabulary: Vocabulary
  readonly saved: ReadonlySet<string>
  readonly openPlace: string | undefined
  /** The mode that still waits for words or a place, if it does. */
  readonly waiting: Mode | undefined
}

export interface AnswerView {
  show(answer: Answer, options: ShowOptions): void
  /** An answer is on its way: grey cards where there are none yet. */
  setBusy(busy: boolean): void
  showError(error: unknown, again: () => void): void
}

interface AnswerViewActions {
  readonly more: () => void
  /** Absent while no filter is set. */
  readonly clearFilters: () => (() => void) | undefined
}

export function createAnswerView(cards: CardList, { more, clearFilters }: AnswerViewActions): AnswerView {
  const count = byId('summary-count')
  const notices = byId('notices')

  const clearOffer = () => {
    const onPress = clearFilters()
    return onPress === undefined ? [] : [{ label: t('clearFilters'), onPress }]
  }

  function createEmpty({ explanation }: Answer, waiting: Mode | undefined): HTMLElement {
    if (waiting === 'search') {
      return createNotice({ icon: 'search', title: t('searchEmptyTitle'), lines: [t('searchEmptyDetail')] })
    }
    if (waiting !== undefined && isFromPlaces(waiting)) {
      return createNotice({
        icon: 'similar',
        title: t('placeEmptyTitle'),
        lines: [t('placeEmptyDetail')],
      })
    }
    return createNotice({
      icon: 'info',
      title: t('emptyTitle'),
      lines: [explanation ?? t('emptyDetail')],
      offers: clearOffer(),
    })
  }

  return {
    show(answer, { vocabulary, saved, openPlace, waiting }) {
      const shown = answer.items.length
      const isMore = answer.nextPageToken !== undefined
      keepFocus(() => {
        cards.show(answer.items, vocabulary, saved)
        cards.setOpen(openPlace)
        count.textContent = shown === 0 ? '' : t(isMore ? 'countMore' : 'count', { count: shown })
        notices.replaceChildren(
          ...(answer.degraded.length === 0
            ? []
            : [createNotice({ icon: 'info', title: t('degraded'), lines: answer.degraded })]),
          ...(shown === 0
            ? [createEmpty(answer, waiting)]
            : answer.explanation === undefined
              ? []
              : [createNotice({ icon: 'info', title: t('reachTitle'), lines: [answer.explanation] })]),
        )
        byId('more').replaceChildren(
          ...(isMore ? [button({ class: 'primary is-wide', id: 'show-more' }, more, t('more'))] : []),
        )
      })
    },
    setBusy(busy) {
      cards.setBusy(busy)
      document.body.classList.toggle('is-busy', busy)
      if (!busy) return
      count.textContent = t('loading')
      if (document.querySelector('.card[data-id]') !== null) return
      keepFocus(() => notices.replaceChildren())
      cards.showLoading()
    },
    showError(error, again) {
      if (!(error instanceof Problem)) console.error(error)
      document.querySelector('.cards.is-loading')?.replaceChildren()
      count.textContent = ''
      notices.replaceChildren(createError(error, [{ label: t('retry'), onPress: again }, ...clearOffer()]))
    },
  }
}

/** Where `render` removes what has the focus, the answer takes it: the keyboard goes on from there. */
export function keepFocus(render: () => void): void {
  const hadFocus = byId('panel').contains(document.activeElement)
  render()
  if (hadFocus && document.activeElement === document.body) byId('answer').focus({ preventScroll: true })
}
