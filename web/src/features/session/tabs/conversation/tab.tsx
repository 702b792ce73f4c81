import { words } from "../../../../domain/words"
import type { Tab } from "../../tabs"

export default {
  id: "conversation",
  title: words.session.conversation,
  order: 1,
  load: () => import("./panel"),
} satisfies Tab
