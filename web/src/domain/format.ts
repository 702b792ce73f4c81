/** Numbers, money, times and names as people read them. Unknown is a dash, never 0. */

export const UNKNOWN = "–"

const grouped = new Intl.NumberFormat("en-US")
const money = new Map<string, Intl.NumberFormat>()

export function formatCount(count: number): string {
  return grouped.format(count)
}

/** Tokens: exact below 1,000, then 12.4k, 412.9k, 1.23M. */
export function formatTokens(count: number | null | undefined): string {
  if (count === null || count === undefined) return UNKNOWN
  if (count < 1000) return String(count)
  if (count < 999_950) return `${(count / 1000).toFixed(1)}k`
  return `${(count / 1_000_000).toFixed(2)}M`
}

function moneyFormat(digits: number, currency: string): Intl.NumberFormat {
  const key = `${currency}${digits}`
  let format = money.get(key)
  if (!format) {
    format = new Intl.NumberFormat("en-US", {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    money.set(key, format)
  }
  return format
}

/** Money from micro-units: <$0.01, $0.042, $1.84, $1,205. Null is unpriced. */
export function formatCost(micros: number | null | undefined, currency = "USD"): string {
  if (micros === null || micros === undefined) return UNKNOWN
  const amount = micros / 1_000_000
  if (amount === 0) return moneyFormat(0, currency).format(0)
  if (amount < 0.01) return `<${moneyFormat(2, currency).format(0.01)}`
  if (amount < 0.9995) return moneyFormat(3, currency).format(amount)
  if (amount < 999.995) return moneyFormat(2, currency).format(amount)
  return moneyFormat(0, currency).format(amount)
}

/** Durations: 480 ms; 3.2 s; 42 s; 4m 12s; 2h 05m; 3d 4h. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, "0")}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}h ${String(minutes % 60).padStart(2, "0")}m`
  return `${Math.floor(hours / 24)}d ${hours % 24}h`
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type DateStyle = "relative" | "local" | "utc"

const formatsIn = (timeZone: string | undefined) => {
  const format = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", timeZone ? { ...parts, timeZone } : parts)
  return {
    dayMonth: format({ day: "numeric", month: "short" }),
    dayMonthYear: format({ day: "numeric", month: "short", year: "numeric" }),
    year: format({ year: "numeric" }),
    clock: format({ hour: "2-digit", minute: "2-digit" }),
    clockSeconds: format({ timeStyle: "medium" }),
    full: format({ dateStyle: "medium", timeStyle: "long" }),
  }
}

let style: DateStyle = "relative"
let dates = formatsIn(undefined)

/** How this browser's person reads instants: as ages or as dates, and in which zone. */
export function setDates(wished: DateStyle, zone: "browser" | "utc"): void {
  style = wished
  dates = formatsIn(zone === "utc" || wished === "utc" ? "UTC" : undefined)
}

/** Age of an instant: now, 12s, 4m, 3h, 2d, then the date in the viewer's zone. */
export function formatAge(iso: string, now: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return UNKNOWN
  if (style !== "relative") return formatMoment(iso, now)
  const age = now - at
  if (age < 5000) return "now"
  if (age < MINUTE) return `${Math.floor(age / 1000)}s`
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`
  if (age < DAY) return `${Math.floor(age / HOUR)}h`
  if (age < 7 * DAY) return `${Math.floor(age / DAY)}d`
  return dayOf(new Date(at), new Date(now))
}

function dayOf(date: Date, today: Date): string {
  const thisYear = dates.year.format(date) === dates.year.format(today)
  return (thisYear ? dates.dayMonth : dates.dayMonthYear).format(date)
}

/** Clock time of today, else date and clock: "Today, 13:20", "12 Nov, 09:04". */
export function formatMoment(iso: string, now: number): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return UNKNOWN
  const today = new Date(now)
  const sameDay = dates.dayMonthYear.format(date) === dates.dayMonthYear.format(today)
  return `${sameDay ? "Today" : dayOf(date, today)}, ${dates.clock.format(date)}`
}

export function formatClock(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? UNKNOWN : dates.clock.format(date)
}

/** Clock time to the second: "14:02:11". */
export function formatTime(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? UNKNOWN : dates.clockSeconds.format(date)
}

/** 3.1 %, 42 %, <0.1 %. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN
  const percent = share * 100
  if (percent === 0) return "0 %"
  if (percent < 0.1) return "<0.1 %"
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** Local time with zone and, on a second line, UTC to the millisecond: for tooltips. */
export function formatExact(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return `${dates.full.format(date)}\n${date.toISOString()}`
}

/** Decimal bytes: 812 B, 64.0 kB, 1.2 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** Long ids keep prefix and end: sesn_01JD…7F3K. */
export function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 9)}…${id.slice(-4)}`
}

/** Long paths keep their end, where the name is. */
export function shortPath(path: string, max = 36): string {
  if (path.length <= max) return path
  const parts = path.split("/")
  let kept = parts.pop() ?? ""
  while (parts.length > 0 && kept.length + (parts.at(-1)?.length ?? 0) + 2 < max) {
    kept = `${parts.pop()}/${kept}`
  }
  return kept.length > max ? `…${kept.slice(-(max - 1))}` : `…/${kept}`
}

/** Up to two letters for an avatar: "Ana Ruiz" is AR, "local" is LO. */
export function initials(name: string): string {
  const parts = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean)
  const first = parts[0] ?? ""
  const letters = parts.length > 1 ? `${first[0]}${parts.at(-1)?.[0]}` : first.slice(0, 2)
  return letters.toUpperCase()
}
