import { createContext, type ReactNode, useContext } from "react"
import { createPortal } from "react-dom"

/** The place at the end of the tab bar, where the open tab puts its own controls. */
export const AsidePlace = createContext<HTMLElement | null>(null)

export function TabAside({ children }: { children: ReactNode }) {
  const place = useContext(AsidePlace)
  return place ? createPortal(children, place) : null
}
