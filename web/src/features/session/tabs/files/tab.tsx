import { detailWords } from "../../../../domain/words/detail"
import type { Tab } from "../../tabs"

export default {
  id: "files",
  title: detailWords.tabs.files,
  short: detailWords.tabs.filesShort,
  order: 5,
  shows: ({ edits }) => edits === true,
  load: () => import("./panel"),
} satisfies Tab
