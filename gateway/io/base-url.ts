import { GatewayError } from '../core/errors.ts';
import type { Reach } from '../core/network.ts';
import { serverReach } from './server-reach.ts';

/** Where a service is, as the gateway’s owner has set it: checked once, then joined with paths. */
export class BaseUrl {
  /** Without a slash at its end. */
  readonly #base: string;
  /** Host and port, for lanes and words to people. */
  readonly host: string;
  /** `https://example.org:8443` */
  readonly origin: string;

  /** Errors: `config_invalid` naming the option, for what is no plain `http:` or `https:` address. */
  constructor(option: string, text: string) {
    const url = URL.parse(text);
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      throw invalid(option, 'is no http:// or https:// address');
    if (url.username !== '' || url.password !== '') throw invalid(option, 'holds a name or a password');
    if (url.search !== '' || url.hash !== '') throw invalid(option, 'has a ? or a # in it');
    this.#base = url.href.replace(/\/+$/, '');
    this.host = url.host;
    this.origin = url.origin;
  }

  /** Where it may be, as it is told a key, a password or a token. */
  get secretReach(): Reach {
    return serverReach(this.#base.startsWith('https:'), 'a secret');
  }

  /** The path starts with a slash. What the query holds is encoded. */
  to(path: string, query: Readonly<Record<string, string>> = {}): string {
    const pairs = Object.entries(query).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    return `${this.#base}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  }
}

/** The text is not quoted: it may hold a secret. */
function invalid(option: string, why: string): GatewayError {
  return new GatewayError('config_invalid', `the setting ${option} ${why}`, {
    hint: 'give only where the service is, such as https://example.org/v3; credentials have settings of their own',
    facts: { option },
  });
}
