import { type FocusEvent, type UIEvent, useRef, useState } from "react"

/** Rows keep their places while pointer or focus is inside the list, or it is scrolled. */
export interface Hold {
  held: boolean
  handlers: {
    onPointerEnter: () => void
    onPointerLeave: () => void
    onFocus: () => void
    onBlur: (event: FocusEvent) => void
    onScroll: (event: UIEvent) => void
  }
}

export function useHold(): Hold {
  const [pointer, setPointer] = useState(false)
  const [focus, setFocus] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  return {
    held: pointer || focus || scrolled,
    handlers: {
      onPointerEnter: () => setPointer(true),
      onPointerLeave: () => setPointer(false),
      onFocus: () => setFocus(true),
      onBlur: (event) => setFocus(event.currentTarget.contains(event.relatedTarget)),
      onScroll: (event) => setScrolled(event.currentTarget.scrollTop > 0),
    },
  }
}

/** What stands above the rows comes and goes while nobody points at them, or it would move them. */
export function useLatched(wanted: boolean, held: boolean): boolean {
  const shown = useRef(wanted)
  if (!held) shown.current = wanted
  return shown.current
}
