import { words } from "../../../../domain/words"
import type { Tab } from "../../tabs"

export default {
  id: "raw",
  title: words.session.raw,
  order: 9,
  load: () => import("./panel"),
} satisfies Tab
