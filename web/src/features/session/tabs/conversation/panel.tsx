import { useQuery } from "@tanstack/react-query"
import { Search } from "lucide-react"
import { useEffect, useMemo, useRef, useState } from "react"
import { outlineOf } from "../../../../api/queries/detail"
import { FILTERS, filterOf } from "../../../../domain/transcript-filter"
import { detailWords } from "../../../../domain/words/detail"
import { IconButton } from "../../../../ui/button"
import { Segments } from "../../../../ui/segments"
import { type Target, Transcript } from "../../../transcript"
import { TabAside } from "../../tab-aside"
import type { TabProps } from "../../tabs"
import { FindBar } from "./find-bar"
import { Floor } from "./floor"
import { useFinder } from "./use-finder"

/** What was said and done, with its filters and its own search. */
export default function ConversationPanel(props: TabProps) {
  const { session, event, at, search, onSearch } = props
  const place = useRef(0)
  const [target, goTo] = useTarget(event, search.seq)
  const finder = useFinder({ sessionId: session.id, at, place, onGo: goTo })
  const filter = filterOf(search.show)
  const outline = useQuery({ ...outlineOf(session.id), enabled: at !== null })
  const later = useMemo(
    () => (at === null ? [] : (outline.data?.marks ?? []).filter((mark) => mark.seq > at)),
    [outline.data, at],
  )
  const all = search.segments === "all"
  const resets = (session.segment ?? 1) - 1
  return (
    <>
      <TabAside>
        <Segments
          label={detailWords.show.label}
          choices={FILTERS.map((option) => [option, detailWords.show[option]] as const)}
          value={filter}
          onChange={(option) => onSearch({ show: option === "all" ? null : option })}
        />
        <IconButton label={detailWords.finder.open} onClick={finder.show}>
          <Search className="icon s" />
        </IconButton>
      </TabAside>
      <div className="relative flex min-h-0 grow">
        {finder.open && <FindBar finder={finder} />}
        <Transcript
          key={`${session.id} ${all}`}
          session={session}
          target={target}
          filter={filter}
          onFilter={(next) => onSearch({ show: next === "all" ? null : next })}
          at={at}
          past={props.past}
          all={all}
          onAll={() => {
            if (resets > 0) onSearch({ segments: "all" })
          }}
          find={finder.open ? finder.sought : ""}
          place={place}
          later={later}
          earlier={
            resets > 0
              ? {
                  resets,
                  shown: all,
                  onToggle: () => onSearch({ segments: all ? null : "all" }),
                }
              : null
          }
          floor={<Floor {...props} />}
        />
      </div>
    </>
  )
}

/** Where to go: what the address names, or what was found since. */
function useTarget(
  event: string | null,
  seq: string | undefined,
): [Target | null, (event: string) => void] {
  const [target, setTarget] = useState(() => linked(event, seq, 1))
  const before = useRef(event ?? seq)
  useEffect(() => {
    if (before.current === (event ?? seq)) return
    before.current = event ?? seq
    setTarget((last) => linked(event, seq, (last?.nth ?? 0) + 1) ?? last)
  }, [event, seq])
  return [target, (found) => setTarget((last) => ({ event: found, nth: (last?.nth ?? 0) + 1 }))]
}

function linked(event: string | null, seq: string | undefined, nth: number): Target | null {
  if (event) return { event, nth }
  return seq && /^\d{1,15}$/.test(seq) ? { seq: Number(seq), nth } : null
}
