import { isIP } from 'node:net';
import { GatewayError } from '../../core/errors.ts';

/**
 * Refuses host names that are not ours, which is how DNS rebinding comes in: a foreign name made to point at
 * us. A literal address is no name, so it is always ours. Errors: `origin_forbidden`.
 */
export function checkHost(host: string | undefined, names: ReadonlySet<string>): void {
  const name = hostName(host ?? '');
  if (name !== undefined && (isIP(name) !== 0 || names.has(name))) return;
  throw new GatewayError(
    'origin_forbidden',
    `this gateway is not called ${JSON.stringify((host ?? '').slice(0, 80))}`,
    {
      hint: 'use its address, or add the name to http.names in the configuration',
      facts: { reason: 'host' },
    },
  );
}

/** Refuses what another site's page sends. Programs send no Origin. Errors: `origin_forbidden`. */
export function checkOrigin(origin: string | undefined, host: string | undefined): void {
  if (origin === undefined) return;
  if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return;
  throw new GatewayError('origin_forbidden', 'pages of other sites may not change anything here', {
    hint: "use the gateway's own page, or a program with a token",
    facts: { reason: 'page' },
  });
}

function hostName(host: string): string | undefined {
  const bracketed = /^\[([0-9a-f:.]+)\](:\d{1,5})?$/i.exec(host);
  if (bracketed !== null) return bracketed[1];
  return /^([a-z0-9._-]{1,253}?)\.?(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
}
