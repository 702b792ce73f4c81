import { Link } from "@tanstack/react-router"
import { Pin, PinOff, X } from "lucide-react"
import { type KeyboardEvent, useEffect, useRef } from "react"
import type { CenterSection } from "../../api/queries/command-center"
import { formatCount } from "../../domain/format"
import { centerWords } from "../../domain/words/command-center"
import { IconButton } from "../../ui/button"
import { cx } from "../../ui/cx"
import { Delayed } from "../../ui/delayed"
import { usePhone } from "../../ui/media"
import { centerWasAsked, FailurePanel, setOverlay, useCenterPinned } from "../shell"
import { CenterRow } from "./center-row"
import "./command-center.css"
import { type Center, useCenter } from "./use-center"

const say = centerWords.center
const SECTIONS: CenterSection[] = ["attention", "active", "recent"]

/** What needs one, what is at work, what ended today: beside any page, live (S2-19..22). */
export default function CenterPanel() {
  const panel = useRef<HTMLElement>(null)
  const phone = usePhone()
  const center = useCenter()
  const [pinned, pin] = useCenterPinned()
  const close = () => {
    setOverlay("center", false)
    document.querySelector<HTMLElement>("[data-center-button]")?.focus()
  }
  // Opened by key or button it takes the keys; standing there after a reload it does not.
  useEffect(() => {
    if (centerWasAsked()) panel.current?.focus()
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    const rows = [...(panel.current?.querySelectorAll<HTMLElement>("[data-peek]") ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key]
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault()
      close()
    } else if (by && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      // The list behind has the same keys.
      event.stopPropagation()
      rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus()
    }
  }
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={say.title}
      onKeyDown={onKeyDown}
      className={cx(
        "fixed right-0 bottom-0 z-(--z-float) flex w-105 flex-col border-line bg-bg outline-none",
        phone ? "inset-0 w-full!" : "top-11 max-w-full border-l",
        !pinned && !phone && "shadow-float",
      )}
    >
      <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line-soft pr-2 pl-4">
        <h2 className="min-w-0 grow truncate font-semibold">{say.title}</h2>
        {center.whose && <Whose {...center.whose} />}
        {!phone && (
          <IconButton
            label={pinned ? say.unpin : say.pin}
            aria-pressed={pinned}
            className="max-lg:hidden"
            onClick={() => pin(!pinned)}
          >
            {pinned ? <PinOff className="icon s" /> : <Pin className="icon s" />}
          </IconButton>
        )}
        <IconButton label={say.close} onClick={close}>
          <X className="icon s" />
        </IconButton>
      </div>
      <div className="min-h-0 grow overflow-y-auto" aria-busy={center.status === "loading"}>
        <Body center={center} {...(phone ? { onOpen: close } : {})} />
      </div>
    </aside>
  )
}

function Whose({ mine, choose }: NonNullable<Center["whose"]>) {
  return (
    <fieldset className="mr-1 flex rounded-control bg-selected p-0.5">
      <legend className="sr-only">{say.whose}</legend>
      {[true, false].map((value) => (
        <button
          key={String(value)}
          type="button"
          aria-pressed={mine === value}
          onClick={() => choose(value)}
          className={cx(
            "h-6 rounded-chip px-2 text-small pointer-coarse:h-8",
            mine === value ? "bg-bg font-medium" : "text-muted hover:text-fg",
          )}
        >
          {value ? say.mine : say.all}
        </button>
      ))}
    </fieldset>
  )
}

function Body({ center, onOpen }: { center: Center; onOpen?: () => void }) {
  if (center.status === "failed") {
    return (
      <div className="p-4">
        <FailurePanel title={say.failed} error={center.error} onRetry={center.retry} />
      </div>
    )
  }
  if (center.status === "loading") {
    return (
      <Delayed>
        <p className="px-4 py-3 text-small text-muted">{say.loading}</p>
      </Delayed>
    )
  }
  return SECTIONS.map((section) => (
    <section key={section} aria-label={say.sections[section]}>
      <Head section={section} center={center} />
      {center.sections[section].length === 0 ? (
        <p className="border-b border-line-soft px-4 py-2.5 text-small text-muted">
          {say.none[section]}
        </p>
      ) : (
        <ul>
          {center.sections[section].map((id) => (
            <CenterRow key={id} id={id} section={section} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {center.more[section] && <More section={section} onOpen={onOpen} />}
    </section>
  ))
}

function Head({ section, center }: { section: CenterSection; center: Center }) {
  const count = center.sections[section].length
  const text = `${formatCount(count)}${center.more[section] ? "+" : ""}`
  return (
    <h3 className="sticky top-0 z-(--z-sticky) flex h-8 items-center gap-2 border-b border-line-soft bg-bg px-4 text-small font-semibold">
      <span className={cx(section === "attention" && "text-attention")}>
        {say.sections[section]}
      </span>
      <span className="num font-normal text-faint">
        {section === "recent" ? say.last24(text) : text}
      </span>
    </h3>
  )
}

const TAB = { attention: { tab: "needs-you" }, active: { tab: "active" }, recent: {} } as const

function More({ section, onOpen }: { section: CenterSection; onOpen?: (() => void) | undefined }) {
  return (
    <Link
      to="/sessions"
      search={TAB[section]}
      {...(onOpen ? { onClick: onOpen } : {})}
      className="block border-b border-line-soft px-4 py-2.5 text-small text-accent -outline-offset-2"
    >
      {say.more[section]}
    </Link>
  )
}
