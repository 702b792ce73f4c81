import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Menu as MenuIcon, MessagesSquare, Settings } from "lucide-react"
import { useState } from "react"
import { me } from "../../api/queries/workspace"
import { initials } from "../../domain/format"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Dialog } from "../../ui/dialog"
import { Avatar } from "../../ui/small"
import { ConnectionChip } from "./connection-chip"
import { setTheme, type Theme, useTheme } from "./theme"

const ENTRY = "flex flex-col items-center justify-center gap-0.5 text-meta text-muted"

export function BottomNav() {
  const [more, setMore] = useState(false)
  return (
    <nav
      aria-label={shellWords.nav.label}
      className="grid h-16 grid-cols-2 border-t border-line bg-surface pb-2"
    >
      <Link to="/sessions" className={ENTRY} activeProps={{ className: "text-fg! font-medium" }}>
        <MessagesSquare className="icon size-5!" />
        {shellWords.nav.sessions}
      </Link>
      <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)} className={ENTRY}>
        <MenuIcon className="icon size-5!" />
        {shellWords.nav.more}
      </button>
      {more && <MoreSheet onClose={() => setMore(false)} />}
    </nav>
  )
}

const THEMES: Theme[] = ["system", "light", "dark"]

/** What the rail and the top bar hold on a wide screen. */
function MoreSheet({ onClose }: { onClose: () => void }) {
  const { data } = useQuery(me)
  const theme = useTheme()
  return (
    <Dialog title={data?.workspace.name ?? shellWords.nav.more} onClose={onClose} sheet>
      <ConnectionChip className="-mx-2" />
      <Link to="/settings" onClick={onClose} className="flex h-11 items-center gap-2">
        <Settings className="icon text-muted" />
        {shellWords.nav.settings}
      </Link>
      <fieldset className="grid grid-cols-1 gap-1">
        <legend className="pb-1 text-small text-faint">{shellWords.theme.label}</legend>
        {THEMES.map((id) => (
          <Button
            key={id}
            size="form"
            look="ghost"
            aria-pressed={theme === id}
            className={cx("justify-start!", theme === id && "bg-selected text-fg!")}
            onClick={() => setTheme(id)}
          >
            {shellWords.theme[id]}
          </Button>
        ))}
      </fieldset>
      {data?.user && (
        <p className="flex h-8 items-center gap-2 text-muted">
          <Avatar letters={initials(data.user.name)} name={data.user.name} />
          {data.user.name}
        </p>
      )}
    </Dialog>
  )
}
