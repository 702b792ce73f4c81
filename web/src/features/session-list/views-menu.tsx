import { useQuery } from "@tanstack/react-query"
import { Bookmark } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { updateView, type ViewBody, views } from "../../api/queries/views"
import type { ColumnId } from "../../domain/list-columns"
import type { ListFilter, Search } from "../../domain/list-filter"
import { type Sort, sortWord } from "../../domain/list-sort"
import { atView, differs, filterBody, type SavedView } from "../../domain/list-view"
import { listWords } from "../../domain/words/list"
import { IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Menu, type MenuItem } from "../../ui/menu"
import { currentTime } from "../../ui/ticker"
import { sayDone, sayFailed } from "../session-actions"
import { useViewsChanged } from "./use-views"

const ViewDialog = lazy(() => import("./view-dialog"))
const DeleteView = lazy(() => import("./delete-view"))

const say = listWords.savedView

interface Props {
  search: Search
  filter: ListFilter
  sort: Sort | null
  columns: readonly ColumnId[]
  compact: boolean
  onSearch: (search: Search) => void
}

/** Saved views: go to one, keep what is shown as one, change or drop the open one. */
export function ViewsMenu({ search, filter, sort, columns, compact, onSearch }: Props) {
  const { data = [] } = useQuery(views)
  const [dialog, setDialog] = useState<"save" | "edit" | "delete" | null>(null)
  const changed = useViewsChanged()
  const current = data.find((view) => view.id === search.view)
  const shown = (): ViewBody => ({
    filters: filterBody(filter, currentTime()),
    columns: [...columns],
    sort: sortWord(sort),
    density: compact ? "compact" : "comfortable",
  })
  const go = (view: SavedView) => onSearch(atView(search, view))
  const update = async (view: SavedView) => {
    try {
      const kept = await updateView(view.id, shown())
      await changed()
      go(kept)
      sayDone(say.saved(kept.name), Bookmark)
    } catch (error) {
      sayFailed(say.failed, error)
    }
  }
  const items: MenuItem[] = data.map((view) => ({
    id: view.id,
    label: view.name,
    checked: view.id === search.view,
    ...(view.id === search.view && differs(search, view) ? { hint: say.changed } : {}),
    onSelect: () => go(view),
  }))
  items.push({ id: "save", label: say.save, parted: true, onSelect: () => setDialog("save") })
  if (current && !current.built_in) {
    items.push(
      {
        id: "update",
        label: say.update(current.name),
        onSelect: () => void update(current),
      },
      { id: "edit", label: say.rename, onSelect: () => setDialog("edit") },
      { id: "delete", label: say.delete, danger: true, onSelect: () => setDialog("delete") },
    )
  }
  const close = () => setDialog(null)
  return (
    <>
      <Menu
        label={say.menu}
        align="end"
        items={items}
        trigger={(props) => (
          <IconButton label={say.menu} className={cx(current && "bg-selected text-fg!")} {...props}>
            <Bookmark className="icon s" />
          </IconButton>
        )}
      />
      <Suspense>
        {dialog === "save" && (
          <ViewDialog filter={filter} search={search} body={shown()} onClose={close} onDone={go} />
        )}
        {dialog === "edit" && current && (
          <ViewDialog
            view={current}
            filter={filter}
            search={search}
            body={{}}
            onClose={close}
            onDone={close}
          />
        )}
        {dialog === "delete" && current && (
          <DeleteView
            view={current}
            onClose={close}
            onDeleted={() => {
              close()
              const { view: _, ...rest } = search
              onSearch(rest)
            }}
          />
        )}
      </Suspense>
    </>
  )
}
