import { Search as SearchIcon } from "lucide-react"
import { listWords } from "../../domain/words/list"
import { IconButton } from "../../ui/button"
import { usePhone } from "../../ui/media"

/** On a phone the search opens from the top bar. */
export function SearchButton({ open, onOpen }: { open: boolean; onOpen: () => void }) {
  const phone = usePhone()
  if (!phone) return null
  return (
    <IconButton label={listWords.listSearch.open} aria-expanded={open} onClick={onOpen}>
      <SearchIcon className="icon size-5! text-fg" />
    </IconButton>
  )
}
