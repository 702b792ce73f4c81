import { useQuery } from "@tanstack/react-query"
import { Filter } from "lucide-react"
import { useEffect, useState } from "react"
import { countMatching, matchingCount } from "../../api/queries/bulk"
import { bulkWords } from "../../domain/words/bulk"
import { sayDone, sayFailed } from "../session-actions"
import { selection, useListScope, useSelection } from "./use-selection"

const say = bulkWords

/** "Select all 312": null where there is no more to select, or no filter to say it with. */
export function useMatching(): { label: string; busy: boolean; choose: () => void } | null {
  const scope = useListScope()
  const { ids, matching } = useSelection()
  const [busy, setBusy] = useState(false)
  const enabled = scope !== null && scope.query !== null && ids.size > 0
  const { data, refetch } = useQuery({
    ...matchingCount(scope?.tab ?? "all", scope?.query ?? []),
    enabled,
  })
  // Rows came or went: another number may match.
  const shown = scope?.shown
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shown rows are what changed
  useEffect(() => {
    if (enabled) void refetch()
  }, [enabled, shown, refetch])
  if (!scope || scope.query === null || matching || !data || data.count <= ids.size) return null
  const { tab, query } = scope
  const choose = async () => {
    setBusy(true)
    try {
      const total = data.exact ? data.count : await countMatching(query)
      if (total === null) sayDone(say.tooMany, Filter)
      else selection.chooseMatching({ tab, query, total })
    } catch (error) {
      sayFailed(say.notStarted, error)
    }
    setBusy(false)
  }
  const label = busy ? say.counting : say.selectAll(data.count, data.exact)
  return { label, busy, choose: () => void choose() }
}
