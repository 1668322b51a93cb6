// The part of the day and week at each place, by its own time zone: it is never another time for a place than it is there.
// Leaves what is done in a slot to activity.ts.
import type { LngLat } from '../domain/position.ts'
import { offsetMinutes, timeZoneAt } from '../geo/time-zone.ts'
import { slotAt, type Slot } from './activity.ts'

export type SlotOf = (point: LngLat) => Slot

/** Time zones of places, which are looked at again and again as the same objects. */
const zones = new WeakMap<LngLat, string>()

function zoneOf(point: LngLat): string {
  let zone = zones.get(point)
  if (zone === undefined) zones.set(point, (zone = timeZoneAt(point)))
  return zone
}

/** The slot of `at` (milliseconds since 1970) at a point; the few offsets of an answer are worked out once. */
export function localSlots(at: number): SlotOf {
  const slots = new Map<number, Slot>()
  return (point) => {
    const offset = offsetMinutes(at, zoneOf(point))
    let slot = slots.get(offset)
    if (slot === undefined) slots.set(offset, (slot = slotAt(at, offset)))
    return slot
  }
}
