import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the API: a server started beside it. */
const server = process.env.OFFHOOK_SERVER ?? 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [sveltekit()],
  // The first browsers that know light-dark(), which the colours are made of. Nothing is inlined:
  // data: addresses would be refused by the Content-Security-Policy.
  build: { target: ['chrome123', 'firefox121', 'safari17.5'], assetsInlineLimit: 0 },
  worker: { format: 'es' },
  // The server refuses what comes from another site: it has to see the host that the browser sees.
  server: { proxy: { '/api': { target: server, changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts'] },
});
