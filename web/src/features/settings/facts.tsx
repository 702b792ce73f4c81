import type { ReactNode } from "react"

export type Fact = readonly [label: string, value: ReactNode]

/** Labels and their values in two columns. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid grid-cols-[minmax(140px,200px)_minmax(0,1fr)] gap-y-1.5 text-small">
      {facts.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="num wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
