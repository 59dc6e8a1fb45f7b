// The Content-Security-Policy allows no inline script, and SvelteKit starts the page with one. This
// moves it into a file that is named after what is in it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const page = 'build/index.html';
const html = readFileSync(page, 'utf8');
const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
if (inline.length !== 1) {
  console.error(`${page}: expected exactly one inline script, found ${inline.length}`);
  process.exit(1);
}
const [[whole, script]] = inline;
const hash = createHash('sha256').update(script).digest('hex').slice(0, 8);
const address = `/_app/immutable/begin.${hash}.js`;
writeFileSync(`build${address}`, script);
// Not a module and not deferred: the script asks for `document.currentScript`.
writeFileSync(
  page,
  html.replace(whole, () => `<script src="${address}"></script>`),
);
