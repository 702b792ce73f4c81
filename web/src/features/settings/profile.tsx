import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { type Caller, signOut } from "../../api/queries/settings"
import { me } from "../../api/queries/workspace"
import type { DateStyle } from "../../domain/format"
import { settingsWords } from "../../domain/words/settings"
import { Button } from "../../ui/button"
import { DATES, DENSITY, KEYS, usePreference, writePreference, ZONE } from "../../ui/preference"
import { Refused } from "../../ui/refused"
import { RadioSegments } from "../../ui/segments"
import { Switch } from "../../ui/switch"
import { useAct } from "../session-actions"
import { datePreference, saveDatePreference, type Zone } from "../session-facts"
import { setTheme, type Theme, useTheme } from "../shell"
import { PageHead } from "./page-head"

const words = settingsWords.profile
const THEMES = Object.entries(words.themes) as [Theme, string][]
const STYLES = Object.entries(words.dateStyles) as [DateStyle, string][]
const ZONES = Object.entries(words.zones) as [Zone, string][]
type Density = keyof typeof words.densities
const DENSITIES = Object.entries(words.densities) as [Density, string][]

/** What this browser keeps about how things look, and who it is signed in as. */
export function Profile() {
  const theme = useTheme()
  const density = usePreference(DENSITY)
  const keys = usePreference(KEYS) !== "off"
  usePreference(DATES)
  usePreference(ZONE)
  const { style, zone } = datePreference()
  return (
    <div className="max-w-180">
      <PageHead title={settingsWords.pages.profile} hint={words.hint} />
      <Line label={words.theme}>
        <RadioSegments label={words.theme} value={theme} choices={THEMES} onChange={setTheme} />
      </Line>
      <Line label={words.density} hint={words.densityHint}>
        <RadioSegments
          label={words.density}
          value={density === "compact" || density === "comfortable" ? density : "auto"}
          choices={DENSITIES}
          onChange={(next) => writePreference(DENSITY, next === "auto" ? null : next)}
        />
      </Line>
      <Line label={words.dates} hint={words.datesHint}>
        <RadioSegments
          label={words.dates}
          value={style}
          choices={STYLES}
          onChange={(next) => saveDatePreference(next, zone)}
        />
      </Line>
      <Line label={words.zone}>
        <RadioSegments
          label={words.zone}
          value={zone}
          choices={ZONES}
          onChange={(next) => saveDatePreference(style, next)}
        />
      </Line>
      <Line label={words.keys} hint={words.keysHint}>
        <Switch
          label={words.keysLabel}
          checked={keys}
          onChange={(on) => writePreference(KEYS, on ? null : "off")}
        />
      </Line>
      <Who />
    </div>
  )
}

function Line({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-x-6 gap-y-2 border-b border-line-soft py-3 max-md:flex-wrap">
      <div className="min-w-0">
        <p className="font-medium">{label}</p>
        {hint && <p className="prose-wrap text-small text-muted">{hint}</p>}
      </div>
      {children}
    </div>
  )
}

function Who() {
  const { data } = useQuery(me)
  const { busy, error, run } = useAct()
  const caller = data as Caller | undefined
  // A full load: everything that was read as this person is forgotten.
  const leave = () => run(signOut).then((done) => done && window.location.replace("/login"))
  if (!caller) return null
  return (
    <>
      <Line label={words.signedIn} hint={`${words.scope}: ${caller.scope}`}>
        <span className="wrap-anywhere">{caller.user?.name ?? words.byKey}</span>
      </Line>
      <div className="flex flex-wrap items-center gap-3 pt-4">
        <Button disabled={busy} onClick={() => void leave()}>
          {busy ? words.signingOut : words.signOut}
        </Button>
        <Refused what={words.failed} why={error} />
      </div>
    </>
  )
}
