import { detailWords } from "../../../../domain/words/detail"
import type { Tab } from "../../tabs"

export default {
  id: "timeline",
  title: detailWords.tabs.timeline,
  order: 4,
  shows: ({ session }) =>
    session.kind === "flow_run" || session.turn_count > 0 || (session.children?.count ?? 0) > 0,
  load: () => import("./panel"),
} satisfies Tab
