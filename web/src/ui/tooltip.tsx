import { useEffect, useRef } from "react"

const DELAY_MS = 400
const GAP = 6

/**
 * The one tooltip of the page. Anything with `data-tip` shows its text under pointer or keyboard
 * focus, so rows of a long list carry no tooltip component of their own.
 */
export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null)
  useEffect(() => (layer.current ? attach(layer.current) : undefined), [])
  return (
    <div
      ref={layer}
      role="tooltip"
      hidden
      className="floating pointer-events-none fixed top-0 left-0 z-(--z-tooltip) max-w-90 rounded-control border border-line bg-raised px-2 py-1 text-small whitespace-pre-line wrap-anywhere text-fg shadow-float"
    />
  )
}

function attach(layer: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let owner: Element | null = null

  const hide = () => {
    clearTimeout(timer)
    owner = null
    layer.hidden = true
  }
  const show = (target: Element) => {
    const text = target.getAttribute("data-tip")
    if (!text || !target.isConnected) return hide()
    layer.textContent = text
    layer.hidden = false
    place(layer, target)
  }
  const onEnter = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null
    if (target === owner) return
    hide()
    if (!target || !needsTip(target)) return
    const focus = event.type === "focusin"
    if (focus && !target.matches(":focus-visible")) return
    owner = target
    timer = setTimeout(() => show(target), focus ? 0 : DELAY_MS)
  }
  const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide()

  document.addEventListener("pointerover", onEnter)
  document.addEventListener("focusin", onEnter)
  document.addEventListener("focusout", hide)
  document.addEventListener("pointerdown", hide)
  document.addEventListener("scroll", hide, true)
  document.addEventListener("keydown", onKey)
  return () => {
    clearTimeout(timer)
    document.removeEventListener("pointerover", onEnter)
    document.removeEventListener("focusin", onEnter)
    document.removeEventListener("focusout", hide)
    document.removeEventListener("pointerdown", hide)
    document.removeEventListener("scroll", hide, true)
    document.removeEventListener("keydown", onKey)
  }
}

/** A tip that only repeats the text is shown where that text is cut. */
function needsTip(target: Element): boolean {
  if (target.getAttribute("data-tip") !== target.textContent?.trim()) return true
  return target.scrollWidth > target.clientWidth
}

function place(layer: HTMLElement, target: Element): void {
  const anchor = target.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = layer
  const below = anchor.bottom + GAP + height <= window.innerHeight
  const left = anchor.left + anchor.width / 2 - width / 2
  layer.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`
  layer.style.top = `${below ? anchor.bottom + GAP : anchor.top - GAP - height}px`
}
