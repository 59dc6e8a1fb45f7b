// The texts of the page in both languages, and which English ones show where German ones should.
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { default: ts } = await import(
  createRequire(new URL('../web/package.json', import.meta.url)).resolve('typescript')
);
const folder = new URL('../web/src/lib/i18n/', import.meta.url);

/** The texts of one language by `room.key`; one that depends on a number is several. */
async function textsOf(language) {
  const texts = new Map();
  const files = await readdir(new URL(`${language}/`, folder));
  for (const file of files.filter((name) => name !== 'index.ts')) {
    const source = await readFile(new URL(`${language}/${file}`, folder), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const rooms = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    for (const [room, entries] of Object.entries(rooms)) {
      for (const [key, text] of Object.entries(entries)) {
        texts.set(`${room}.${key}`, typeof text === 'string' ? [text] : Object.values(text));
      }
    }
  }
  return texts;
}

const HOLE = /\{\w+\}/;
const plain = (text) => text.replace(/\s+/g, ' ').trim();
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a text looks like: several words wherever they stand, a single one alone. */
function patternOf(text) {
  const parts = plain(text).split(HOLE);
  const words = parts.join(' ').match(/\p{L}{2,}/gu) ?? [];
  if (words.length === 0) return undefined;
  const body = parts.map(escaped).join('.{1,80}?');
  const isPhrase = words.length > 2 || (words.length === 2 && parts.length === 1);
  return new RegExp(isPhrase ? `(?<!\\p{L})${body}(?!\\p{L})` : `^${body}$`, 'u');
}

const english = await textsOf('en');
const german = await textsOf('de');
const allGerman = [...german.values()].flat().map(plain);

/** English texts that say something else in German, each with what it looks like. */
const differing = [...english].flatMap(([key, texts]) =>
  texts
    .filter((text) => !german.get(key)?.includes(text))
    .map((text) => ({ key, text, pattern: patternOf(text) }))
    // Words that are German elsewhere tell nothing.
    .filter(({ pattern }) => pattern && !allGerman.some((other) => pattern.test(other))),
);

/** The keys of the English texts among the texts of a page. */
export const englishIn = (shown) =>
  differing
    .filter(({ pattern }) => shown.some((text) => pattern.test(text)))
    .map(({ key, text }) => `${key}: ${text}`);

const germanPatterns = [...german].map(([key, texts]) => ({
  key,
  patterns: texts.map(patternOf).filter(Boolean),
}));

/** The keys of the German texts among the texts of a page. */
export const germanIn = (shown) =>
  germanPatterns
    .filter(({ patterns }) => patterns.some((one) => shown.some((text) => one.test(text))))
    .map(({ key }) => key);

/** How many texts are looked for. */
export const lookedFor = differing.length;

/** Every text that a page shows or says: of elements, labels, titles, placeholders. */
export function shownOn(page) {
  return page.evaluate(() => {
    const shown = new Set([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (!parentElement.closest('script, style')) shown.add(data);
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) {
        shown.add(element.getAttribute(name) ?? '');
      }
    }
    return [...shown].map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
  });
}
