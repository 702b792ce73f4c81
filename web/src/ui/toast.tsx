import { Undo2, X } from "lucide-react"
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react"
import { Button, IconButton } from "./button"

/** A short word after an act, at the bottom; its countdown stops under pointer and focus. */

export interface ToastText {
  text: ReactNode
  icon?: ReactNode
  action?: { label: string; onAct: () => void }
  dismiss: string
}

interface Toast extends ToastText {
  id: number
}

const TOAST_S = 8

let current: Toast | null = null
let nextId = 1
const listeners = new Set<() => void>()

function set(toast: Toast | null): void {
  current = toast
  for (const listener of listeners) listener()
}

export function showToast(toast: ToastText): void {
  set({ ...toast, id: nextId++ })
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function ToastLayer() {
  const toast = useSyncExternalStore(subscribe, () => current)
  return (
    <div
      role="status"
      className="fixed bottom-[calc(20px+var(--floor,0px))] left-1/2 z-(--z-toast) -translate-x-1/2 max-md:bottom-[calc(80px+var(--floor,0px))]"
    >
      {toast && <ToastCard key={toast.id} toast={toast} />}
    </div>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const [left, setLeft] = useState(TOAST_S)
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setInterval(() => {
      setLeft((seconds) => {
        if (seconds <= 1) set(null)
        return seconds - 1
      })
    }, 1000)
    return () => clearInterval(timer)
  }, [held])

  const act = () => {
    set(null)
    toast.action?.onAct()
  }
  const hold = { onPointerEnter: () => setHeld(true), onFocus: () => setHeld(true) }
  const letGo = { onPointerLeave: () => setHeld(false), onBlur: () => setHeld(false) }
  return (
    <div
      {...hold}
      {...letGo}
      className="floating relative flex h-11 max-w-[calc(100vw-32px)] items-center gap-2 overflow-hidden rounded-dialog border border-line bg-raised pr-2 pl-4 whitespace-nowrap shadow-float"
    >
      {toast.icon}
      <span className="min-w-0 truncate">{toast.text}</span>
      {toast.action && (
        <>
          <span className="num text-small text-faint" aria-hidden="true">
            {left} s
          </span>
          <Button look="ghost" className="text-accent!" onClick={act}>
            <Undo2 className="icon s" />
            {toast.action.label}
          </Button>
        </>
      )}
      <IconButton label={toast.dismiss} onClick={() => set(null)}>
        <X className="icon s" />
      </IconButton>
      <span
        aria-hidden="true"
        className="absolute bottom-0 left-0 h-0.5 bg-line-strong transition-[width] duration-1000 ease-linear"
        style={{ width: `${(Math.max(0, left - 1) / TOAST_S) * 100}%` }}
      />
    </div>
  )
}
