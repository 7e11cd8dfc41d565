import { GatewayError } from '../../core/errors.ts';
import type { Reach } from '../../core/network.ts';
import { serverReach } from '../server-reach.ts';

/** An address that is a secret, because whoever knows it may write there. */
export interface ServiceUrl {
  readonly href: string;
  /** With the port: all that may be shown of it. */
  readonly host: string;
  readonly reach: Reach;
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
}

/** Shorter parts of a path are its words. */
const secretPartLengthMin = 8;

/** Errors: `config_invalid` naming the option, never what is in it. */
export function serviceUrl(option: string, text: string): ServiceUrl {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid(option, 'is no http:// or https:// address');
  if (url.username !== '' || url.password !== '') throw invalid(option, 'holds a name or a password');
  const parts = url.pathname.split('/').filter(({ length }) => length >= secretPartLengthMin);
  return {
    href: url.href,
    host: url.host,
    reach: serverReach(url.protocol === 'https:', 'a secret'),
    secrets: [text, url.href, ...parts, ...url.searchParams.values()],
  };
}

function invalid(option: string, why: string): GatewayError {
  return new GatewayError('config_invalid', `the setting ${option} ${why}`, {
    hint: 'give it as the service shows it; credentials have settings of their own',
    facts: { option },
  });
}
