import { cx } from "./cx"

/** Figures side by side, label over value: the size of an act before it is done. */
export function FactStrip({ facts }: { facts: readonly (readonly [string, string])[] }) {
  return (
    <dl
      className={cx(
        "grid rounded-card border border-line max-md:grid-cols-2",
        facts.length === 3 ? "grid-cols-3" : "grid-cols-4",
      )}
    >
      {facts.map(([label, value]) => (
        <div
          key={label}
          className="border-l border-line-soft px-3 py-2 first:border-l-0 max-md:odd:border-l-0 max-md:nth-[n+3]:border-t"
        >
          <dt className="text-meta text-faint">{label}</dt>
          <dd className="num text-prose font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
