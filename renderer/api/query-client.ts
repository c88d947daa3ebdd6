import { QueryClient } from '@tanstack/react-query'

/** Answers stay until a topic says that they changed. Nothing is tried again by itself: a person sees the error and its next step. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The services are on this computer: being offline is no reason to wait.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
