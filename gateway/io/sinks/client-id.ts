import { createHash } from 'node:crypto';
import type { SinkPorts } from './sink.ts';

/** At most 23 letters and digits, which every broker of 3.1.1 must take; another one for each site and sink. */
export function defaultClientId({ id, site }: SinkPorts): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([site.name, id]))
    .digest('hex');
  return `egw${hash.slice(0, 20)}`;
}
