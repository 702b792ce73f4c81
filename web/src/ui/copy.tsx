import { Check, Copy } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button, IconButton } from "./button"

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

const SHOWN_MS = 1500

/** True for a moment after a copy. */
export function useCopy(): [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false)
  const copy = async (text: string) => {
    if (!(await copyText(text))) return
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return [copied, (text) => void copy(text)]
}

interface CopyProps {
  text: string | (() => string)
  label: string
  done: string
  size?: "row" | "control"
  /** With words beside the drawing. */
  children?: ReactNode
  className?: string
}

export function CopyButton({ text, label, done, size = "row", children, className }: CopyProps) {
  const [copied, copy] = useCopy()
  const Icon = copied ? Check : Copy
  const onClick = () => copy(typeof text === "string" ? text : text())
  if (children) {
    return (
      <Button size={size} onClick={onClick} className={className}>
        <Icon className="icon s" />
        {copied ? done : children}
      </Button>
    )
  }
  return (
    <IconButton label={copied ? done : label} size={size} onClick={onClick} className={className}>
      <Icon className="icon s" />
    </IconButton>
  )
}
