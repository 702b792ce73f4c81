interface Props {
  /** What was not done. */
  what?: string
  /** Why not, in the words of the server; null where nothing was refused. */
  why: string | null
  id?: string
}

/** Says why an act did not work, as soon as it did not. */
export function Refused({ what, why, id }: Props) {
  if (!why) return null
  return (
    <p id={id} role="alert" className="prose-wrap text-small text-problem">
      {what ? `${what}: ${why}` : why}
    </p>
  )
}
