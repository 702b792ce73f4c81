import { type ReactNode, useId, useLayoutEffect, useRef } from "react"
import { cx } from "./cx"

interface DialogProps {
  title: ReactNode
  /** Beside the title, on its line. */
  aside?: ReactNode
  onClose: () => void
  children: ReactNode
  width?: "narrow" | "wide"
  /** On a phone it rises from the bottom. */
  sheet?: boolean
}

/** A modal over the whole page: the browser keeps focus inside and gives it back. */
export function Dialog({ title, aside, onClose, children, width = "narrow", sheet }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Closed while it is still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current
    if (!element) return
    element.showModal()
    // Where typing or Enter should go first; else nothing is in hand yet.
    const first = element.querySelector<HTMLElement>("[data-first]") ?? element
    first.focus()
    return () => element.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape reaches onCancel; the click is for the scrim
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={cx(
        "floating m-auto w-full outline-none rounded-dialog border border-line bg-raised p-0 shadow-float",
        "backdrop:bg-[light-dark(rgb(15_20_30_/_.34),rgb(0_0_0_/_.56))]",
        width === "wide" ? "max-w-220" : "max-w-130",
        sheet
          ? "max-md:mx-0 max-md:mb-0 max-md:max-w-full max-md:rounded-b-none"
          : "max-md:max-w-[calc(100vw-32px)]",
      )}
    >
      <div className="flex max-h-[80vh] flex-col gap-3 overflow-y-auto px-6 py-5 max-md:px-4">
        <div className="flex items-center gap-3">
          <h2
            id={heading}
            className="min-w-0 text-page font-semibold tracking-[-.01em] wrap-anywhere"
          >
            {title}
          </h2>
          {aside}
        </div>
        {children}
      </div>
    </dialog>
  )
}
