import type { HttpForm } from '../../features/command.ts';

/**
 * The `Link` to the page after this one (RFC 8288), for those that follow links: what was asked for, with what the
 * answer says to ask for next. Undefined after the last page.
 */
export function nextLink({ nextPage }: HttpForm, url: string, answer: unknown): string | undefined {
  const changed = nextPage?.(answer);
  if (changed === undefined) return undefined;
  const [path = '', query = ''] = url.split('?');
  const wanted = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changed)) wanted.set(name, String(value));
  return `<${path}?${wanted.toString()}>; rel="next"`;
}
