import { detailWords } from "../../../../domain/words/detail"
import type { Tab } from "../../tabs"

export default {
  id: "context",
  title: detailWords.tabs.context,
  short: detailWords.tabs.contextShort,
  order: 2,
  load: () => import("./panel"),
} satisfies Tab
