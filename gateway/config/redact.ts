import { isMap } from '../core/is-map.ts';

/** Makes a copy of anything that may be logged or shown, without what is secret in it. */
export type Redact = (value: unknown) => unknown;

/** What stands in place of a secret. */
export const redacted = '[redacted]';

const secretNames =
  /pass(word|wd|phrase|code)|token|secret|api[-_ ]?key|private[-_ ]?key|access[-_ ]?key|credential|authori[sz]ation|cookie|^(psk|pin|pwd|bearer)$/i;

/** Secrets inside of texts: user information and queries of URLs, bearer headers, our own tokens. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*):[^\s@/?#]+@/gi, `$1:${redacted}@`],
  [/([?&][^=&\s]*(?:token|key|secret|password|auth|sig)[^=&\s]*=)[^&\s#]+/gi, `$1${redacted}`],
  [/\b(bearer\s+)[\w.~+/=-]+/gi, `$1${redacted}`],
  [/\begw_[\w-]{8,}/g, redacted],
];

const depthMax = 12;

/** A secret of fewer characters would blank out half of every text. */
const secretLengthMin = 4;

/** Whether a key's name says that its value is a secret, whatever the value's type. */
export function isSecretName(key: string): boolean {
  return secretNames.test(key);
}

/**
 * @param secrets values that are hidden wherever they stand, such as those taken from the environment
 * @param changing more of them, asked for each time
 * @returns a function that copies plain data; anything nested deeper than a log has use for is cut off
 */
export function createRedact(
  secrets: Iterable<string> = [],
  changing: () => readonly string[] = () => [],
): Redact {
  const hidden = [...new Set(secrets)].filter((secret) => secret.length >= secretLengthMin);
  hidden.sort((left, right) => right.length - left.length);
  const redactText = (text: string): string => {
    const plain = [...hidden, ...changing()].reduce(
      (rest, secret) => rest.replaceAll(secret, redacted),
      text,
    );
    return secretTexts.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), plain);
  };
  const redactValue = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= depthMax) return '[nested too deep]';
    if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
    if (value instanceof Date) return value;
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        item !== undefined && item !== null && isSecretName(key) ? redacted : redactValue(item, depth + 1),
      ]),
    );
  };
  return (value) => redactValue(value, 0);
}
