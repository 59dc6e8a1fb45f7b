// Measures the first load of the page, compressed: what index.html and the start of the Phone page
// ask for, and the font. Fails when it is over the limit. gzip is counted, since browsers take
// brotli over https only.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';

const LIMIT = 150 * 1024;

const manifest = JSON.parse(readFileSync('.svelte-kit/output/client/.vite/manifest.json', 'utf8'));
const html = readFileSync('build/index.html', 'utf8');
const files = new Set(['index.html']);
for (const [, path] of html.matchAll(/(?:src|href)="\/([^"]+)"/g)) files.add(path);

// Kit numbers the layouts and pages; this module says which numbers make the Phone page.
const app = readFileSync('.svelte-kit/generated/client-optimized/app.js', 'utf8');
const nodes = /"\/\(app\)":\s*\[(~?\d+)(?:,\s*\[([\d,\s]*)\])?/.exec(app);
if (!nodes) {
  console.error('tasks/size.js: no Phone page in what SvelteKit made; look at its app.js');
  process.exit(1);
}
const wanted = ['0', nodes[1], ...(nodes[2] ?? '').split(',')].map((n) => n.trim()).filter(Boolean);

const seen = new Set();
function follow(key) {
  if (seen.has(key)) return;
  seen.add(key);
  const chunk = manifest[key];
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const other of chunk.imports ?? []) follow(other);
}
for (const [key, chunk] of Object.entries(manifest)) {
  const node = /client-optimized\/nodes\/(\d+)\.js$/.exec(key)?.[1];
  if (node !== undefined ? wanted.includes(node) : chunk.isEntry) follow(key);
}

// Of the fonts only the one that plain names need.
const assets = 'build/_app/immutable/assets';
for (const name of readdirSync(assets)) {
  if (/inter-latin-wght-normal.*\.woff2$/.test(name)) files.add(`_app/immutable/assets/${name}`);
}

const sums = {};
for (const file of files) {
  const path = `build/${file}`;
  const bytes = statSync(existsSync(`${path}.gz`) ? `${path}.gz` : path).size;
  const kind = file.split('.').pop();
  sums[kind] = (sums[kind] ?? 0) + bytes;
}
const total = Object.values(sums).reduce((a, b) => a + b, 0);
const kB = (bytes) => `${(bytes / 1024).toFixed(1)} kB`;
const parts = Object.entries(sums).map(([kind, bytes]) => `${kind} ${kB(bytes)}`);
console.log(`first load: ${kB(total)} of ${kB(LIMIT)} compressed (${parts.join(', ')})`);
if (total > LIMIT) process.exit(1);
