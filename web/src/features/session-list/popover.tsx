import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react"
import { cx } from "../../ui/cx"

/** A panel with fields under a button. It exists only while it is open. */

export interface PopoverTrigger {
  "aria-haspopup": "dialog"
  "aria-expanded": boolean
  onClick: () => void
}

interface Props {
  label: string
  align?: "start" | "end"
  className?: string
  /** Open from the beginning, and what happens once it is closed. */
  startOpen?: boolean
  onClosed?: () => void
  trigger: (props: PopoverTrigger) => ReactNode
  children: (close: () => void) => ReactNode
}

export function Popover({ trigger, startOpen = false, onClosed, ...panel }: Props) {
  const [open, setOpen] = useState(startOpen)
  const anchor = useRef<HTMLSpanElement>(null)
  const close = (refocus: boolean) => {
    setOpen(false)
    onClosed?.()
    if (refocus) anchor.current?.querySelector<HTMLElement>("button")?.focus()
  }
  return (
    <span ref={anchor} className="inline-flex shrink-0">
      {trigger({
        "aria-haspopup": "dialog",
        "aria-expanded": open,
        onClick: () => setOpen(!open),
      })}
      {open && <Panel {...panel} anchor={anchor} onClose={close} />}
    </span>
  )
}

interface PanelProps extends Omit<Props, "trigger" | "startOpen" | "onClosed"> {
  anchor: RefObject<HTMLElement | null>
  onClose: (refocus: boolean) => void
}

function Panel({ label, align = "start", className, anchor, onClose, children }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  // After the commit: one that is open from the beginning has its anchor only then.
  useEffect(() => {
    const element = panel.current
    const under = anchor.current
    if (!element || !under) return
    element.showPopover()
    const put = () => place(element, under, align)
    put()
    // What it shows may come later than the panel: it grows, and stays on screen.
    const sizes = new ResizeObserver(put)
    sizes.observe(element)
    // Content that is read later takes the focus when it comes.
    element.querySelector<HTMLElement>(":is(input, button):enabled")?.focus()
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node
      if (!element.contains(target) && !under.contains(target)) close.current(false)
    }
    document.addEventListener("pointerdown", onPress, true)
    return () => {
      sizes.disconnect()
      document.removeEventListener("pointerdown", onPress, true)
    }
  }, [anchor, align])

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === "Escape") onClose(true)
    else if (event.key === "Tab") stayInside(event, panel.current)
  }

  return (
    <div
      ref={panel}
      popover="manual"
      role="dialog"
      aria-label={label}
      onKeyDown={onKeyDown}
      className={cx(
        "floating fixed inset-auto m-0 overflow-y-auto rounded-card border border-line bg-raised p-1 text-fg shadow-float",
        className,
      )}
    >
      {children(() => onClose(true))}
    </div>
  )
}

/** The panel stands at the end of the page's order: Tab goes round in it until it is closed. */
function stayInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  const stops = [
    ...(panel?.querySelectorAll<HTMLElement>("button:not([tabindex='-1']), input") ?? []),
  ].filter((stop) => !stop.matches(":disabled"))
  const edge = event.shiftKey ? stops[0] : stops.at(-1)
  if (document.activeElement !== edge) return
  event.preventDefault()
  const round = event.shiftKey ? stops.at(-1) : stops[0]
  round?.focus()
}

const EDGE = 8
const GAP = 4

function place(panel: HTMLElement, anchor: HTMLElement, align: "start" | "end"): void {
  const box = anchor.getBoundingClientRect()
  const left = align === "end" ? box.right - panel.offsetWidth : box.left
  const most = window.innerWidth - panel.offsetWidth - EDGE
  panel.style.left = `${Math.max(EDGE, Math.min(left, most))}px`
  panel.style.top = `${box.bottom + GAP}px`
  panel.style.maxHeight = `${window.innerHeight - box.bottom - GAP - EDGE}px`
}
