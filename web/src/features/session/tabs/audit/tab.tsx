import { detailWords } from "../../../../domain/words/detail"
import type { Tab } from "../../tabs"

export default {
  id: "audit",
  title: detailWords.tabs.audit,
  order: 6,
  load: () => import("./panel"),
} satisfies Tab
