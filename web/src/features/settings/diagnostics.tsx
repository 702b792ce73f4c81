import { useQuery } from "@tanstack/react-query"
import type { Caller } from "../../api/queries/settings"
import { me } from "../../api/queries/workspace"
import { settingsWords } from "../../domain/words/settings"
import { CopyButton } from "../../ui/copy"
import { useLive } from "../shell"
import { DatabaseHealth } from "./database-health"
import { type Fact, Facts } from "./facts"
import { PageHead, PartHead } from "./page-head"

const words = settingsWords.diagnostics

/** What runs on both sides, and whether the record holds. */
export function Diagnostics() {
  const { data } = useQuery(me)
  const live = useLive()
  const caller = data as Caller | undefined
  const server: Fact[] = [
    [words.version, caller?.version ?? "–"],
    [words.workspace, caller?.workspace.name ?? caller?.workspace.id ?? "–"],
    [words.principal, caller ? `${caller.principal}, ${caller.scope}` : "–"],
    [words.address, window.location.origin],
  ]
  const browser: Fact[] = [
    [words.stream, words.phases[live.phase]],
    [words.shares, "locks" in navigator ? words.yes : words.no],
    [words.agent, navigator.userAgent],
    [words.language, navigator.language],
    [words.zone, Intl.DateTimeFormat().resolvedOptions().timeZone],
    [words.screen, `${window.innerWidth} x ${window.innerHeight}, ${window.devicePixelRatio}x`],
  ]
  const report = () =>
    [...server, ...browser].map(([label, value]) => `${label}: ${String(value)}`).join("\n")
  return (
    <div className="max-w-220">
      <PageHead title={settingsWords.pages.diagnostics} hint={words.hint}>
        <CopyButton text={report} label={words.copy} done={words.copied} size="control">
          {words.copy}
        </CopyButton>
      </PageHead>
      <h2 className="pb-2 font-semibold">{words.server}</h2>
      <Facts facts={server} />
      <PartHead title={words.browser} />
      <Facts facts={browser} />
      <DatabaseHealth />
    </div>
  )
}
