import { sessionWords } from "../../../../domain/words/session"
import type { Tab } from "../../tabs"

export default {
  id: "conversation",
  title: sessionWords.session.conversation,
  order: 1,
  count: ({ session }) => session.message_count,
  load: () => import("./panel"),
} satisfies Tab
