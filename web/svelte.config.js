import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  // The server answers index.html to every address that is no file; the page finds its way itself.
  kit: { adapter: adapter({ fallback: 'index.html' }) },
};
