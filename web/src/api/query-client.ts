import { QueryClient } from "@tanstack/react-query"
import { ApiError } from "./client"

const worthRetrying = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 500 || error.status === 429

/** Server state. Freshness comes from the stream, so nothing is read again on a timer or focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (count, error) => count < 2 && worthRetrying(error),
    },
  },
})
