import { ListFilter as FilterIcon } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { activeFacets, withoutFacets } from "../../domain/list-filter"
import { listWords } from "../../domain/words/list"
import { Button, IconButton } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { usePhone } from "../../ui/media"
import type { FilterProps } from "./filter-groups"

const FilterGroups = lazy(() => import("./filter-groups"))

/** On a phone the facets rise as a sheet. */
export function FilterSheetButton(props: FilterProps) {
  const { search, filter, onSearch } = props
  const [open, setOpen] = useState(false)
  const phone = usePhone()
  if (!phone) return null
  const count = activeFacets(filter).length
  return (
    <>
      <IconButton label={listWords.facet.open} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="relative">
          <FilterIcon className="icon size-5! text-fg" />
          {count > 0 && <span className="absolute -top-1 -right-1 size-2 rounded-full bg-accent" />}
        </span>
      </IconButton>
      {open && (
        <Dialog title={listWords.facet.open} onClose={() => setOpen(false)} sheet>
          <Suspense>
            <FilterGroups {...props} />
          </Suspense>
          <div className="flex gap-2 pt-2">
            <Button
              size="form"
              disabled={count === 0}
              onClick={() => onSearch(withoutFacets(search))}
            >
              {listWords.facet.clear}
            </Button>
            <Button size="form" look="primary" className="grow" onClick={() => setOpen(false)}>
              {listWords.facet.done}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
