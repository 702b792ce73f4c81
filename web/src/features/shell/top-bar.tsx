import type { ReactNode } from "react"
import { CommandCenterButton } from "./command-center-button"
import { ConnectionBanner } from "./connection-banner"
import { PaletteButton } from "./palette-button"
import { ThemeToggle } from "./theme-toggle"

interface Props {
  /** Title of a top-level page, or the breadcrumb of a deeper one. */
  children: ReactNode
  /** Acts of the page, before those of the shell. */
  acts?: ReactNode
}

/** It goes on over a pinned Command Center, whose button it holds. */
export function TopBar({ children, acts }: Props) {
  return (
    <>
      <header className="-mr-(--aside) flex h-11 shrink-0 items-center gap-2 border-b border-line-soft pr-4 pl-6 max-md:h-13 max-md:border-b-0 max-md:pr-2 max-md:pl-4">
        <div className="flex min-w-0 grow items-center gap-2">{children}</div>
        {acts}
        <PaletteButton />
        <CommandCenterButton />
        <span className="max-md:hidden">
          <ThemeToggle />
        </span>
      </header>
      <ConnectionBanner />
    </>
  )
}
