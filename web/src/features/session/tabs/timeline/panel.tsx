import "../patterns.css"
import { timelineOf } from "../../../../api/queries/detail"
import { timelineRows } from "../../../../domain/timeline-rows"
import { timelineWords } from "../../../../domain/words/views"
import { Segments } from "../../../../ui/segments"
import { currentTime } from "../../../../ui/ticker"
import { TabAside } from "../../tab-aside"
import { TabPage } from "../../tab-page"
import type { TabProps } from "../../tabs"
import { useView } from "../../use-view"
import { LaneChart } from "./lane-chart"
import { SpanTable } from "./span-table"

const say = timelineWords
const VIEWS = ["bars", "table"] as const

/** Steps, turns and sub-agents in their time; waits for people are seen as waits. */
export default function TimelinePanel({ session, at, search, onSearch }: TabProps) {
  const query = useView(timelineOf(session.id, at), session.seq, at)
  const view = search.view === "table" ? "table" : "bars"
  const open = session.tone === "active" || session.tone === "attention"
  return (
    <>
      <TabAside>
        <Segments
          label={say.view}
          choices={VIEWS.map((option) => [option, say[option]] as const)}
          value={view}
          onChange={(option) => onSearch({ view: option === "bars" ? null : option })}
        />
      </TabAside>
      <TabPage query={query} failed={say.failed}>
        {({ data: spans }) => {
          const live = at === null && open
          const now = live ? currentTime() : lastSign(spans)
          if (spans.length === 0) return <p className="text-small text-muted">{say.empty}</p>
          return view === "table" ? (
            <SpanTable spans={spans} sessionId={session.id} now={now} />
          ) : (
            <LaneChart
              rows={timelineRows(spans, now)}
              sessionId={session.id}
              now={live ? now : null}
            />
          )
        }}
      </TabPage>
    </>
  )
}

/** Of a session at rest, and of the past, the last thing that is known is its now. */
function lastSign(
  spans: readonly { started_at: string | null; ended_at: string | null; last_at?: string | null }[],
) {
  const times = spans
    .flatMap((span) => [span.started_at, span.ended_at, span.last_at])
    .flatMap((time) => (time ? [Date.parse(time)] : []))
  return Math.max(0, ...times)
}
