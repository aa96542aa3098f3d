import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * The renderer over a scripted host, to look at screens without an engine:
 * `npx vite -c test/support/renderer-dev/vite.config.ts --open /test/support/renderer-dev/`
 */
export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  cacheDir: "node_modules/.vite-renderer-dev",
  plugins: [react(), tailwindcss()],
  server: { host: "127.0.0.1", port: 5199, strictPort: true },
  optimizeDeps: { entries: ["test/support/renderer-dev/*.html"] },
});
