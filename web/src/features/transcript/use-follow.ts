import type { Virtualizer } from "@tanstack/react-virtual"
import { useEffect, useLayoutEffect, useRef, useState } from "react"

/** Within this distance of the end, what arrives is followed. */
export const FOLLOW_PX = 64

export interface Follow {
  /** True while the end is in view, or nearly. */
  atEnd: boolean
  /** Key of the last item that was seen before the reader left the end. */
  leftAt: string | null
  toEnd: () => void
}

interface Options {
  virtualizer: Virtualizer<HTMLDivElement, Element>
  ready: boolean
  lastKey: string | null
  /** Start somewhere else than at the end: a link points at an event. */
  elsewhere: boolean
}

/** Opens at the end, follows it, lets go when the reader scrolls up, and takes hold again. */
export function useFollow({ virtualizer, ready, lastKey, elsewhere }: Options): Follow {
  const [leftAt, setLeftAt] = useState<string | null>(null)
  const settled = useRef(false)
  const last = useRef(lastKey)

  useLayoutEffect(() => {
    if (!ready || settled.current) return
    settled.current = true
    if (!elsewhere) virtualizer.scrollToEnd()
  }, [ready, elsewhere, virtualizer])

  useEffect(() => {
    last.current = lastKey
  })
  useEffect(() => {
    const element = virtualizer.scrollElement
    if (!element) return
    const onScroll = () => {
      const distance = element.scrollHeight - element.scrollTop - element.clientHeight
      setLeftAt((before) => (distance <= FOLLOW_PX ? null : (before ?? last.current)))
    }
    element.addEventListener("scroll", onScroll, { passive: true })
    return () => element.removeEventListener("scroll", onScroll)
  }, [virtualizer, virtualizer.scrollElement])

  return {
    atEnd: leftAt === null,
    leftAt,
    toEnd: () => {
      setLeftAt(null)
      virtualizer.scrollToEnd()
    },
  }
}
