import { sessionWords } from "../../../../domain/words/session"
import type { Tab } from "../../tabs"

export default {
  id: "raw",
  title: sessionWords.session.raw,
  order: 9,
  load: () => import("./panel"),
} satisfies Tab
