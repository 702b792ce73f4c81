import { Transcript } from "../../../transcript"
import type { TabProps } from "../../tabs"

export default function ConversationPanel({ session, event }: TabProps) {
  return <Transcript key={session.id} session={session} event={event} />
}
