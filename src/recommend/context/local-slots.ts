// The part of the day and week by time zone: it is never another time for a place than it is there.
// Leaves what is done in a slot to activity.ts, the zone of a point to geo/time-zone.ts.
import { offsetMinutes } from '../../geo/time-zone.ts'
import { slotAt, type Slot } from '../live/activity.ts'

export type SlotOf = (timeZone: string) => Slot

/** The slot of `at` (milliseconds since 1970) in a time zone; the few zones of an answer are worked out once. */
export function localSlots(at: number): SlotOf {
  const slots = new Map<string, Slot>()
  return (timeZone) => {
    let slot = slots.get(timeZone)
    if (slot === undefined) slots.set(timeZone, (slot = slotAt(at, offsetMinutes(at, timeZone))))
    return slot
  }
}
