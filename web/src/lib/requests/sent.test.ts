import { describe, expect, test } from 'vitest';
import { asCurl, eventOf, pretty, takeApart } from './sent';

describe('what was sent is taken apart', () => {
  const headers: [string, string][] = [
    ['host', 'x'],
    ['user-agent', 'pbx: 1'],
  ];
  test.each([
    ['host: x\nuser-agent: pbx: 1\n\n{"a":1}\n\nb', { query: '', headers, body: '{"a":1}\n\nb' }],
    [
      '?event=hangup\nhost: x\nuser-agent: pbx: 1\n\n',
      { query: '?event=hangup', headers, body: '' },
    ],
    ['\na=b', { query: '', headers: [], body: 'a=b' }],
    ['?a=b\n\n', { query: '?a=b', headers: [], body: '' }],
    ['?a=b', { query: '?a=b', headers: [], body: '' }],
    ['', { query: '', headers: [], body: '' }],
  ])('%j', (sent, parts) => expect(takeApart(sent)).toEqual(parts));
});

test.each([
  ['{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
  ['{"a":', '{"a":'],
  ['event=newCall', 'event=newCall'],
  ['1', '1'],
  ['', ''],
])('%j is made readable', (text, readable) => expect(pretty(text)).toBe(readable));

test.each([
  [{ event: 'newCall' }, 'newCall'],
  [{ event: 7 }, undefined],
  [null, undefined],
  ['newCall', undefined],
])('the event of %j', (understood, event) => expect(eventOf({ understood })).toBe(event));

describe('as curl', () => {
  const curl = (sent: string, method = 'POST') =>
    asCurl({ method, path: '/api/v1/cti/***', sent }, 'https://phone.example');

  test('with TOKEN where it was masked, without what curl adds and without secrets', () => {
    const sent =
      'host: x\ncontent-type: application/json\nauthorization: ***\ncontent-length: 5\n\n{"a":1}';
    expect(curl(sent)).toBe(
      [
        "curl -X POST 'https://phone.example/api/v1/cti/TOKEN'",
        "-H 'content-type: application/json'",
        `--data-binary '{"a":1}'`,
      ].join(' \\\n  '),
    );
  });

  test('a query, and no body', () => {
    expect(curl('?event=hangup\nhost: x\n\n', 'GET')).toBe(
      "curl -X GET 'https://phone.example/api/v1/cti/TOKEN?event=hangup'",
    );
  });

  test('nothing of the body reaches the shell', () => {
    expect(curl(`\nit's $(rm) \`ls\``)).toContain(`--data-binary 'it'\\''s $(rm) \`ls\`'`);
    expect(curl("\na\r\n'\\b")).toContain(`--data-binary $'a\\x0d\\x0a\\'\\\\b'`);
  });
});
