// The names of the steps, in their order; configuration and experiments switch them by name.

export const STEP_NAMES = [
  'kin', // what is like a disliked place steps back
  'company', // what is disliked together with it steps back
  'keywords', // what shares the tags of it steps back
  'fatigue', // what was shown often and not acted on steps back, and what was only just acted on
  'gradation', // ring by ring around the asked point
  'calibration', // the category mix follows the user's
  'diversity', // not one like the other
  'chains', // no chain twice in a row
  'cold-share', // now and then a place that hardly anybody knows
  'first-card', // a bandit over sources picks the first
] as const

export type StepName = (typeof STEP_NAMES)[number]

/** The steps that each call takes. Words are asked for words: a search is not re-ranked. */
export const CALL_STEPS = {
  nearby: STEP_NAMES,
  similar: ['kin', 'company', 'keywords', 'fatigue', 'chains', 'cold-share'],
  together: ['kin', 'company', 'keywords', 'fatigue', 'chains', 'cold-share'],
  taste: STEP_NAMES.filter((name) => name !== 'gradation'),
  search: [],
  themes: ['kin', 'company', 'keywords', 'fatigue', 'diversity', 'chains'],
} as const satisfies Record<string, readonly StepName[]>

export type CallName = keyof typeof CALL_STEPS
