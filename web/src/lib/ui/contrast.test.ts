import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const pairs = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name, { light: light!, dark: dark! }],
  ),
);

/** Relative luminance as WCAG 2 has it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const texts = ['text', 'text-quiet', 'accent', 'ringing', 'talking', 'missed'];
const grounds = ['ground', 'surface', 'raised', 'hover'];
const carried = [
  ...texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ['on-accent', 'accent'] as const,
  ['accent', 'accent-soft'] as const,
  ['text', 'accent-soft'] as const,
  ['ringing', 'ringing-soft'] as const,
  ['text', 'ringing-soft'] as const,
  ['text-quiet', 'ringing-soft'] as const,
  ['missed', 'ringing-soft'] as const,
  ['accent', 'ringing-soft'] as const,
  ['missed', 'missed-soft'] as const,
  ['text', 'missed-soft'] as const,
];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(carried)('%s on %s', (text, ground) => {
    expect(contrast(pairs.get(text)![theme], pairs.get(ground)![theme])).toBeGreaterThanOrEqual(
      4.5,
    );
  });
});
