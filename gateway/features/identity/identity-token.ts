import { Type, type Static } from 'typebox';
import type { Identity } from '../../core/identity.ts';
import { defineCommand } from '../command.ts';
import { closed } from '../schema.ts';

const anyObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });
const answer = closed({
  token: Type.String({ description: 'RFC 7519' }),
  header: anyObject,
  claims: anyObject,
});

/** No backend goes by this name, so what proves who the gateway is opens nothing in its name. */
const audience = 'urn:egw:identity';

export const identityToken = defineCommand({
  id: 'identity.token',
  summary: 'A JSON Web Token that says who the gateway is; no backend takes it as a way in',
  scope: 'admin',
  input: closed({
    minutes: Type.Integer({ minimum: 1, maximum: 60, default: 5, description: 'How long it is good' }),
  }),
  output: answer,
  http: { method: 'POST', path: '/api/v1/identity/token' },
  cli: { verb: 'identity token' },
  run: async ({ identity }: { readonly identity: Identity }, { minutes }): Promise<Static<typeof answer>> => {
    const { gatewayId } = identity;
    const claims = { iss: gatewayId, sub: gatewayId, aud: audience };
    const token = await identity.token(claims, { lifeMs: minutes * 60_000 });
    const [header = '', payload = ''] = token.split('.');
    return { token, header: decoded(header), claims: decoded(payload) };
  },
});

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}
