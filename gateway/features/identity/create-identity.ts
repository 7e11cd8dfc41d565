import assert from 'node:assert';
import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Identity, TokenClaims, TokenOptions } from '../../core/identity.ts';
import type { SignatureAlgorithm, Signer, SigningDomain } from '../../core/signer.ts';
import { gatewayIdOf, serialOf } from './gateway-name.ts';

/** RFC 8037, 3.1 and RFC 7518, 3.4. */
const tokenAlgorithms: Readonly<Record<Exclude<SignatureAlgorithm, 'none'>, string>> = {
  Ed25519: 'EdDSA',
  ES256: 'ES256',
};

/** The gateway as the signer's key makes it. The signer stays its opener's, to be closed by him. */
export function createIdentity(signer: Signer, clock: Pick<Clock, 'wall'>): Identity {
  const { algorithm, publicKey } = signer;
  const signLines = async (domain: SigningDomain, lines: readonly string[]): Promise<string> => {
    if (lines.some((line) => line.includes('\n'))) throw lineFeed(domain);
    return base64url(await signer.sign(Buffer.from([domain, ...lines].join('\n'))));
  };
  return {
    gatewayId: gatewayIdOf(publicKey),
    serial: serialOf(publicKey, signer.chipSerial),
    algorithm,
    publicKey,
    sign: signLines,
    signMessage: async (domain, message) => {
      const hash = createHash('sha256').update(canonicalJson(message)).digest('hex');
      return { ...message, signature: await signLines(domain, [hash]) };
    },
    token: async (claims, options) => await signToken(signer, tokenText(clock, claims, options), options),
  };
}

/** The claims, with dates in whole seconds (RFC 7519, 2) that do not say more than was wanted. */
function tokenText(clock: Pick<Clock, 'wall'>, claims: TokenClaims, { lifeMs }: TokenOptions): string {
  if (lifeMs === undefined) return JSON.stringify(claims);
  assert(lifeMs >= 1_000, 'a token lives for a second at least');
  const iat = Math.floor(clock.wall() / 1_000);
  return JSON.stringify({ ...claims, iat, exp: iat + Math.floor(lifeMs / 1_000), jti: randomUUID() });
}

async function signToken(signer: Signer, claims: string, { header = {} }: TokenOptions): Promise<string> {
  const { algorithm } = signer;
  if (algorithm === 'none') throw unsigned();
  const own = { alg: tokenAlgorithms[algorithm], typ: 'JWT' };
  const head = JSON.stringify({ ...own, ...header, ...own });
  const text = `${base64url(Buffer.from(head))}.${base64url(Buffer.from(claims))}`;
  return `${text}.${base64url(await signer.sign(Buffer.from(text)))}`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function lineFeed(domain: SigningDomain): GatewayError {
  return new GatewayError('input_invalid', `a line feed stands in a line that was to be signed (${domain})`, {
    hint: 'leave it out: what follows it would count as a line of its own',
  });
}

/** A token that nobody signed would be taken by whoever does not look (RFC 8725, 2.1). */
function unsigned(): GatewayError {
  return new GatewayError('signer_unavailable', 'a gateway without a signer has no tokens of its own', {
    hint: 'set identity.signer to ed25519 or atecc608, or give a configured token',
    facts: { signer: 'none' },
  });
}
