import { Type, type Static } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable } from '../schema.ts';

const encryption = closed({
  port: nullable(Type.Integer({ description: 'null: it does not listen there yet' })),
  fingerprint: Type.String({ description: 'SHA-256 of the certificate, hex: compare it, or pin it' }),
  endsMs: instant(),
  selfMade: Type.Boolean({ description: 'Whether nobody but the fingerprint vouches for it' }),
});

export type Encryption = Static<typeof encryption>;

export interface TlsPorts {
  /** null where the page and the API are not encrypted. */
  readonly encryption: () => Encryption | null;
}

const tlsShow = defineCommand({
  id: 'tls.show',
  summary: 'Whether the page and the API are encrypted, and the fingerprint of the certificate',
  scope: 'read',
  input: closed({}),
  output: closed({ encryption: nullable(encryption) }),
  http: { method: 'GET', path: '/api/v1/tls' },
  cli: { verb: 'tls show' },
  run: (ports: TlsPorts) => ({ encryption: ports.encryption() }),
});

export const tlsCommands = [tlsShow] as const;

/** The command about encryption with what it needs. */
export function bindTlsCommands(ports: TlsPorts): readonly BoundCommand[] {
  return [bindCommand(tlsShow, ports)];
}
