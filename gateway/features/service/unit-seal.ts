import { createHash } from 'node:crypto';

/** How a file that was written by us is known from one that somebody has changed: its last line has its hash. */
const sealPattern = /^(?:# |<!-- )sha256 of the lines above: ([0-9a-f]{64})(?: -->)?\n?$/;

/** The text with its hash as the last line, as a comment of its language. */
export function sealUnit(text: string, language: 'ini' | 'xml'): string {
  const seal = `sha256 of the lines above: ${hashOf(text)}`;
  return `${text}${language === 'ini' ? `# ${seal}` : `<!-- ${seal} -->`}\n`;
}

/** Whether the text is as `sealUnit` made it, of this version or of another. */
export function isSealed(text: string): boolean {
  const start = text.lastIndexOf('\n', text.length - 2) + 1;
  const [, hash] = sealPattern.exec(text.slice(start)) ?? [];
  return hash !== undefined && hash === hashOf(text.slice(0, start));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
