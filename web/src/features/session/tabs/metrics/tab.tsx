import { detailWords } from "../../../../domain/words/detail"
import type { Tab } from "../../tabs"

export default {
  id: "metrics",
  title: detailWords.tabs.metrics,
  order: 3,
  load: () => import("./panel"),
} satisfies Tab
