import {
  type ComponentType,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react"
import { cx } from "./cx"

/** A list of acts or choices under a button. It exists only while it is open. */

export interface MenuItem {
  id: string
  label: string
  icon?: ComponentType<{ className?: string }>
  /** At the end of the line: a key, a count. */
  hint?: ReactNode
  danger?: boolean
  /** Given for choices; undefined for acts. */
  checked?: boolean
  /** Parts this item from the ones above. */
  parted?: boolean
  onSelect: () => void
}

export interface TriggerProps {
  "aria-haspopup": "menu"
  "aria-expanded": boolean
  onClick: () => void
}

interface MenuProps {
  label: string
  items: MenuItem[]
  /** Choices of one facet: a choice leaves the menu open. */
  multiple?: boolean
  empty?: string
  align?: "start" | "end"
  trigger: (props: TriggerProps) => ReactNode
  onOpenChange?: (open: boolean) => void
}

export function Menu({ trigger, onOpenChange, ...panel }: MenuProps) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange?.(next)
  }
  const close = (refocus: boolean) => {
    change(false)
    if (refocus) anchor.current?.querySelector<HTMLElement>("button")?.focus()
  }
  return (
    <span ref={anchor} className="relative inline-flex shrink-0">
      {trigger({ "aria-haspopup": "menu", "aria-expanded": open, onClick: () => change(!open) })}
      {open && <MenuPanel {...panel} anchor={anchor.current} onClose={close} />}
    </span>
  )
}

interface PanelProps extends Omit<MenuProps, "trigger" | "onOpenChange"> {
  anchor: HTMLElement | null
  onClose: (refocus: boolean) => void
}

function MenuPanel({
  label,
  items,
  multiple,
  empty,
  align = "start",
  anchor,
  onClose,
}: PanelProps) {
  const panel = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: "", at: 0 })
  const id = useId()

  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  useEffect(() => {
    const element = panel.current
    if (!element || !anchor) return
    element.showPopover()
    place(element, anchor, align)
    itemsOf(element)[0]?.focus()
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node
      if (!element.contains(target) && !anchor.contains(target)) close.current(false)
    }
    document.addEventListener("pointerdown", onPress, true)
    return () => document.removeEventListener("pointerdown", onPress, true)
  }, [anchor, align])

  const select = (item: MenuItem) => {
    if (!multiple) onClose(true)
    item.onSelect()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const all = itemsOf(panel.current)
    const at = all.indexOf(document.activeElement as HTMLElement)
    const next = nextIndex(event.key, at, all.length)
    if (next !== null) {
      event.preventDefault()
      all[next]?.focus()
    } else if (event.key === "Escape") {
      event.preventDefault()
      onClose(true)
    } else if (event.key === "Tab") onClose(true)
    else if (/^[\p{L}\p{N}]$/u.test(event.key)) typeAhead(event.key, all, typed.current)
  }

  return (
    <div
      ref={panel}
      id={id}
      popover="manual"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      className="floating fixed inset-auto m-0 max-h-[min(480px,calc(100dvh-16px))] min-w-44 overflow-y-auto rounded-card border border-line bg-raised p-1 text-fg shadow-float"
    >
      {items.map((item) => (
        <MenuLine key={item.id} item={item} onSelect={() => select(item)} />
      ))}
      {items.length === 0 && <p className="px-2 py-1.5 text-small text-muted">{empty}</p>}
    </div>
  )
}

function MenuLine({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  const choice = item.checked !== undefined
  const Icon = item.icon
  return (
    <>
      {item.parted && <hr className="my-1 border-line-soft" />}
      <button
        type="button"
        {...(choice
          ? { role: "menuitemcheckbox", "aria-checked": item.checked }
          : { role: "menuitem" })}
        tabIndex={-1}
        onClick={onSelect}
        className={cx(
          "flex min-h-7 w-full items-center gap-2 rounded-control px-2 text-left text-small focus:bg-selected focus:outline-none pointer-coarse:min-h-10",
          "hover:bg-selected",
          item.danger && "text-problem",
        )}
      >
        {choice && <CheckMark checked={item.checked === true} />}
        {Icon && <Icon className={cx("icon s", !item.danger && "text-muted")} />}
        <span className="min-w-0 grow truncate">{item.label}</span>
        {item.hint && <span className="pl-4 text-faint">{item.hint}</span>}
      </button>
    </>
  )
}

function CheckMark({ checked }: { checked: boolean }) {
  return (
    <svg
      viewBox="0 0 14 14"
      aria-hidden="true"
      className="icon s"
      fill="none"
      stroke="currentColor"
    >
      {checked && <path d="M3 7.5 6 10.5 11 4" strokeWidth="1.75" strokeLinecap="round" />}
    </svg>
  )
}

function itemsOf(panel: HTMLElement | null): HTMLElement[] {
  return [...(panel?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])]
}

function nextIndex(key: string, at: number, count: number): number | null {
  if (key === "ArrowDown") return (at + 1) % count
  if (key === "ArrowUp") return (at - 1 + count) % count
  if (key === "Home") return 0
  return key === "End" ? count - 1 : null
}

const TYPING_MS = 700

function typeAhead(key: string, items: HTMLElement[], typed: { text: string; at: number }): void {
  const now = Date.now()
  typed.text = now - typed.at < TYPING_MS ? typed.text + key : key
  typed.at = now
  const wanted = typed.text.toLowerCase()
  items.find((item) => item.textContent?.trim().toLowerCase().startsWith(wanted))?.focus()
}

const EDGE = 8

function place(panel: HTMLElement, anchor: HTMLElement, align: "start" | "end"): void {
  const box = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = panel
  const left = align === "end" ? box.right - width : box.left
  const above = box.bottom + 4 + height > window.innerHeight - EDGE && box.top > height + EDGE
  const top = above ? box.top - height - 4 : box.bottom + 4
  panel.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`
  panel.style.top = `${Math.max(EDGE, Math.min(top, window.innerHeight - height - EDGE))}px`
}
