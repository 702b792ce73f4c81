import { Search } from "lucide-react"
import { paletteWords } from "../../domain/words/palette"
import { IconButton } from "../../ui/button"
import { MOD } from "../../ui/hotkeys"
import { Kbd } from "../../ui/small"
import { setOverlay } from "./overlays"

const say = paletteWords.palette

/** Looks like a field, opens the palette; on a narrow page its drawing, on a phone nothing. */
export function PaletteButton() {
  const open = () => setOverlay("palette", true)
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={open}
        className="flex h-7 w-58 items-center gap-2 rounded-control border border-line bg-bg px-2.5 text-left text-small text-muted hover:text-fg max-lg:hidden"
      >
        <Search className="icon s" />
        <span className="grow">{say.open}</span>
        <Kbd>{MOD === "⌘" ? "⌘K" : "Ctrl K"}</Kbd>
      </button>
      <span className="max-md:hidden lg:hidden">
        <IconButton label={say.open} aria-haspopup="dialog" onClick={open}>
          <Search className="icon" />
        </IconButton>
      </span>
    </>
  )
}
