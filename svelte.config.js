import page from './adapter/index.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: page(),
    // The page is served at the root, at every depth by the same file.
    paths: { relative: false },
    // A tab that is open over an upgrade asks now and then whether it is old.
    version: { pollInterval: 10 * 60 * 1000 },
  },
};
