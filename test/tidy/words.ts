import type { Finding, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';

/** A word in two parts, or this file would be found itself. */
const word = (...parts: readonly string[]): string => parts.join('');

const forbidden: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'a note that belongs in an issue',
    pattern: new RegExp(`\\b(${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')})\\b`),
  },
  { what: 'an issue number', pattern: /\b(issue|fixes|closes|see) #\d+/i },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'a token', pattern: /\b(egw_[A-Za-z0-9_-]{43}|gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16})\b/ },
  { what: "a registry's host", pattern: /registry\.(npmjs|yarnpkg)|\/npm\/-\/|"resolved": "https?:/ },
];
const uselessName = /(^|[/.-])(utils?|helpers?|common|manager|base|misc)\.[a-z]+$/;

/** Over every file that is text, not only over code. */
export function wordsIn(path: string, text: string): Finding[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => ({ path, line: index + 1, what })),
    );
}

export const words: Rule = {
  title: 'nothing holds a secret, a note to self, an issue number or the host of a registry',
  check: (files) => files.flatMap(({ path, text }) => wordsIn(path, text)),
  canaries: [
    `// ${word('TO', 'DO')}: later`,
    `// see ${word('#', '12')}`,
    `const key = '${word('-----BEGIN EC PRIVATE', ' KEY-----')}';`,
    `const token = '${word('egw_', 'a'.repeat(43))}';`,
    `${word('"resolved"', ': "https')}://example.org/a.tgz"`,
  ].map((text) => ({ files: { 'gateway/core/a.ts': text }, finds: ['gateway/core/a.ts:1'] })),
};

export const fileNames: Rule = {
  title: 'files are named for their subject, in kebab-case',
  check: (files) => files.flatMap(nameFault),
  canaries: [
    'gateway/core/utils.ts',
    'gateway/core/reading-helper.ts',
    'gateway/core/Reading.ts',
    'gateway/manager.ts',
  ].map((path) => ({ files: { [path]: '' }, finds: [`${path}:1`] })),
};

function nameFault({ path }: SourceFile): Finding[] {
  if (uselessName.test(path)) return [{ path, line: 1, what: 'the name says nothing' }];
  const isKebab = path.split('/').every((part) => /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/.test(part));
  return isKebab ? [] : [{ path, line: 1, what: 'is not kebab-case' }];
}
