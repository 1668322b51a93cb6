// What options of several commands take: parsed, or refused in commander's words.
// Leaves values of one command to that command's file.
import { InvalidArgumentError } from 'commander'

export const THREADS_HELP = 'threads of training; the result does not depend on them'

export function parseInteger(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    }
    return number
  }
}

export function parseSeconds(text: string): number {
  const seconds = Number(text.replace(/s$/, ''))
  if (!(seconds > 0) || !Number.isFinite(seconds))
    throw new InvalidArgumentError('Give seconds above 0, as 60 or 60s.')
  return seconds
}
