import { Columns3 } from "lucide-react"
import { lazy, Suspense } from "react"
import { listWords } from "../../domain/words/list"
import { IconButton } from "../../ui/button"
import type { PanelProps } from "./columns-panel"
import { Popover } from "./popover"

const ColumnsPanel = lazy(() => import("./columns-panel"))

const say = listWords.list

/** Which columns show, and in which order. */
export function ColumnsMenu(props: PanelProps) {
  return (
    <Popover
      label={say.columnsMenu}
      align="end"
      trigger={(trigger) => (
        <IconButton label={say.columnsMenu} {...trigger}>
          <Columns3 className="icon s" />
        </IconButton>
      )}
    >
      {() => (
        <Suspense>
          <ColumnsPanel {...props} />
        </Suspense>
      )}
    </Popover>
  )
}
