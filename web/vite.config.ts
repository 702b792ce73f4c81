import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

// light-dark() and oklch() reach the browser as written: the tokens need no fallback.
const browsers = ["chrome123", "edge123", "firefox128", "safari17.5"]

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: "../src/hansard/api/static",
    emptyOutDir: true,
    target: browsers,
    manifest: true,
    // Inlined assets would need `data:` in more places of the content security policy.
    assetsInlineLimit: 0,
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "/v1": { target: "http://127.0.0.1:4777" } },
  },
})
