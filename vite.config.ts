import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [sveltekit()],
  // Files as text inside scripts would need data: in the Content-Security-Policy.
  build: { assetsInlineLimit: 0 },
  server: {
    // `npm run dev` beside `offhook serve` or `offhook demo`. The server takes what changes
    // something from its own pages alone, so the Origin must be its own.
    proxy: { '/api': { target: 'http://127.0.0.1:8420', changeOrigin: false } },
  },
  test: { include: ['src/**/*.test.ts', 'adapter/**/*.test.js'] },
});
