import type { Tab } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"

/** A view that holds nothing now. */
export function EmptyTab({ tab }: { tab: Tab }) {
  const [title, hint] = listWords.empty.tab[tab as Exclude<Tab, "all">] ?? [
    listWords.empty.first,
    "",
  ]
  return (
    <div className="flex grow flex-col items-center justify-center gap-1 px-6 pb-36 text-center max-md:pb-16">
      <h2 className="text-page font-semibold tracking-[-.01em]">{title}</h2>
      <p className="prose-wrap max-w-[60ch] text-muted">{hint}</p>
    </div>
  )
}
