import { initials } from "../../domain/format"
import type { Session } from "../../domain/session"
import { Avatar } from "../../ui/small"

export function OwnerAvatar({ owner }: { owner: Session["owner"] }) {
  return owner?.name ? <Avatar letters={initials(owner.name)} name={owner.name} /> : null
}
