import { type DateStyle, setDates } from "../../domain/format"
import { DATES, readPreference, writePreference, ZONE } from "../../ui/preference"

export type Zone = "browser" | "utc"

const styleOf = (kept: string | null): DateStyle =>
  kept === "local" || kept === "utc" ? kept : "relative"
const zoneOf = (kept: string | null): Zone => (kept === "utc" ? kept : "browser")

export function datePreference(): { style: DateStyle; zone: Zone } {
  return { style: styleOf(readPreference(DATES)), zone: zoneOf(readPreference(ZONE)) }
}

/** Before the first page: dates are written as this browser keeps it. */
export function applyDatePreference(): void {
  const { style, zone } = datePreference()
  setDates(style, zone)
}

export function saveDatePreference(style: DateStyle, zone: Zone): void {
  setDates(style, zone)
  writePreference(DATES, style === "relative" ? null : style)
  writePreference(ZONE, zone === "browser" ? null : zone)
}
