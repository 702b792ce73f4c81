import { useRef } from "react"
import { formatCount } from "../../domain/format"
import { type ListFilter, type Search, showsArchived, withValue } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { useHotkeys } from "../../ui/hotkeys"
import { usePhone } from "../../ui/media"
import { FailurePanel } from "../shell"
import type { Column } from "./columns"
import { HitRow } from "./hit-row"
import { LoadingRows } from "./loading-rows"
import NoMatch from "./no-match"
import { SearchNotes } from "./search-notes"
import type { SessionSearch } from "./use-search"

const say = listWords.listSearch

interface Props {
  search: SessionSearch
  filter: ListFilter
  address: Search
  columns: readonly Column[]
  onAddress: (address: Search) => void
}

/** What a search found, one line for a session, or what stands in its place. */
export default function SearchResults(props: Props) {
  const { search } = props
  const phone = usePhone()
  if (search.status === "loading") return <LoadingRows phone={phone} columns={props.columns} />
  if (search.problem !== null) return <Unreadable />
  if (search.status === "failed") {
    return (
      <div className="px-6 pb-3 max-md:px-4">
        <FailurePanel title={say.failed} error={search.error} onRetry={search.retry} />
      </div>
    )
  }
  return <Found {...props} />
}

/** The field says what does not read; here is what would. */
function Unreadable() {
  return (
    <div className="flex grow flex-col items-center justify-center gap-1 px-6 pb-36 text-center max-md:pb-16">
      <h2 className="text-page font-semibold tracking-[-.01em]">{say.invalid}</h2>
      <p className="prose-wrap max-w-[60ch] text-muted">{say.hint}</p>
    </div>
  )
}

const NEXT = ["j", "ArrowDown"]
const PREVIOUS = ["k", "ArrowUp"]

function Found({ search, filter, address, onAddress }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const step = (by: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>("a[data-hit]") ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus()
  }
  const [next, previous] = [() => step(1), () => step(-1)]
  useHotkeys(
    Object.fromEntries([...NEXT.map((k) => [k, next]), ...PREVIOUS.map((k) => [k, previous])]),
  )
  const none = search.hits.length === 0 && !search.more.has
  const count = search.more.has
    ? listWords.list.atLeast(search.hits.length)
    : formatCount(search.hits.length)
  const notes = (
    <SearchNotes
      search={search}
      offerArchived={!showsArchived(filter) && filter.tab !== "archived"}
      onArchived={() => onAddress(withValue(address, "archived", "1"))}
    />
  )
  if (none && !search.stale) {
    return (
      <NoMatch filter={filter} search={address} text={search.text} onSearch={onAddress}>
        {notes}
      </NoMatch>
    )
  }
  return (
    <section
      aria-label={say.results}
      aria-busy={search.stale}
      className="min-h-0 grow overflow-y-auto"
    >
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line-soft px-6 pb-2 text-small text-muted max-md:px-4 max-md:pt-2">
        <span role="status" className="num font-semibold text-fg">
          {search.stale ? say.loading : say.count(count)}
        </span>
        {notes}
      </div>
      <ul ref={list}>
        {search.hits.map((hit) => (
          <HitRow key={`${hit.session_id} ${hit.event_id ?? hit.matched}`} hit={hit} />
        ))}
      </ul>
      {search.more.has && (
        <p className="flex items-center gap-3 px-6 py-3 text-small text-muted max-md:px-4">
          {search.more.failed && <span role="alert">{listWords.list.moreFailed}</span>}
          <Button disabled={search.more.loading} onClick={search.more.load}>
            {search.more.failed ? shellWords.error.retry : say.more}
          </Button>
        </p>
      )}
    </section>
  )
}
