import { queryOptions } from "@tanstack/react-query"
import type { SavedView } from "../../domain/list-view"
import { request } from "../client"
import type { Answer } from "../types"

export const views = queryOptions({
  queryKey: ["views"],
  queryFn: async ({ signal }) =>
    (await request<Answer<"view.list">>("GET", "/views", { signal })).data,
  staleTime: 60_000,
})

/** What a view keeps, as it is sent. */
export type ViewBody = Partial<
  Pick<SavedView, "name" | "filters" | "columns" | "sort" | "density" | "shared">
>

const pathOf = (id: string) => `/views/${encodeURIComponent(id)}`

export function createView(body: ViewBody): Promise<SavedView> {
  return request<Answer<"view.create">>("POST", "/views", { body })
}

export function updateView(id: string, body: ViewBody): Promise<SavedView> {
  return request<Answer<"view.update">>("POST", pathOf(id), { body })
}

export async function deleteView(id: string): Promise<void> {
  await request("DELETE", pathOf(id))
}
