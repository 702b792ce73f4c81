import { Search } from "lucide-react"
import { type ReactNode, Suspense, useEffect, useRef } from "react"
import { paletteWords } from "../../domain/words/palette"

const say = paletteWords.palette

interface Props {
  typed: string
  onType: (typed: string) => void
  onClose: () => void
  /** What finds and lists; until it is there a plain field takes what is typed. */
  children: ReactNode
}

/** The palette's place on the page, there at once: no key one types is lost or taken as an act. */
export function PaletteFrame({ typed, onType, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    element?.querySelector("input")?.focus()
    return () => element?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape reaches onCancel; the click is for the scrim
    <dialog
      ref={dialog}
      aria-label={say.title}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="floating mx-auto mt-[12vh] w-full max-w-160 overflow-hidden rounded-dialog border border-line bg-raised p-0 shadow-float outline-none backdrop:bg-[light-dark(rgb(15_20_30_/_.34),rgb(0_0_0_/_.56))] max-md:mt-2 max-md:max-w-[calc(100vw-16px)]"
    >
      <Suspense fallback={<PlainField typed={typed} onType={onType} />}>{children}</Suspense>
    </dialog>
  )
}

function PlainField({ typed, onType }: Pick<Props, "typed" | "onType">) {
  return (
    <div className="flex h-12 items-center gap-2.5 px-4">
      <Search className="icon text-muted" />
      <input
        value={typed}
        aria-label={say.title}
        placeholder={say.placeholder}
        onChange={(event) => onType(event.target.value)}
        className="h-full min-w-0 grow bg-transparent text-prose outline-none placeholder:text-faint"
      />
    </div>
  )
}
