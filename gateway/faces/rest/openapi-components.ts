import { allErrorCodes } from '../../core/errors.ts';

type Json = Readonly<Record<string, unknown>>;

const problemSchema = {
  type: 'object',
  description: 'An error (RFC 9457). Branch on `code`; `detail` and `hint` are for people.',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'instance'],
  properties: {
    type: { type: 'string', description: '`urn:egw:error:` and the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: [...allErrorCodes] },
    hint: { type: 'string', description: 'What to do about it' },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later' },
    instance: { type: 'string', description: 'The path that was asked for' },
  },
};

const problem = (description: string, headers: Json = {}): Json => ({
  description,
  headers,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const signedHeader = (name: string, description: string): Json => ({
  type: 'apiKey',
  in: 'header',
  name,
  description,
});

/** Each of these is one way in; the members of one are all needed. */
export const securityWays: readonly (readonly string[])[] = [
  ['token'],
  ['signedKey', 'signedTime', 'signedNonce', 'signature'],
];

export const components = {
  securitySchemes: {
    token: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'egw_…',
      description: 'Made by pairing, or with `egw token create`.',
    },
    signedKey: signedHeader('x-gw-key', 'A signed request: the id of the client key'),
    signedTime: signedHeader('x-gw-time', 'A signed request: now, UTC epoch milliseconds; 60 s off at most'),
    signedNonce: signedHeader(
      'x-gw-nonce',
      'A signed request: 16 random bytes in base64url, used once, or the challenge of GET /api/v1/auth/challenge',
    ),
    signature: signedHeader(
      'x-gw-sig',
      'A signed request: Ed25519 in base64url over the lines (with \\n between, none at the end) `gw-req-1`, the ' +
        "gateway's id, method, path with query as sent, SHA-256 of the body in hex, x-gw-time, x-gw-nonce",
    ),
  },
  schemas: { Problem: problemSchema },
  headers: {
    ETag: {
      description: 'A strong tag of the bytes, for If-None-Match',
      schema: { type: 'string', pattern: '^"[A-Za-z0-9_-]+"$' },
    },
    Link: {
      description: 'Where there is more: `<…>; rel="next"` (RFC 8288), the next page of the same list',
      schema: { type: 'string' },
    },
    RetryAfter: { description: 'Seconds', schema: { type: 'integer' } },
  },
  parameters: {
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      required: false,
      description: 'Tags of answers that are known already',
      schema: { type: 'string' },
    },
  },
  responses: {
    NotModified: { description: 'The answer is the one that the tag names', headers: etagHeader() },
    InputInvalid: problem('What was sent is not what is expected; `detail` names it'),
    Unauthorized: problem('Nobody said who asks, or not rightly', {
      'www-authenticate': { description: 'RFC 9110 §11.6.1', schema: { type: 'string' } },
    }),
    Forbidden: problem('Who asks has not the scope that is needed'),
    TooMany: problem('Too many requests', { 'retry-after': { $ref: '#/components/headers/RetryAfter' } }),
    Problem: problem('Refused, or failed'),
  },
} as const;

/** To refer to a component from an operation. */
export function reference(kind: keyof typeof components, name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

function etagHeader(): Json {
  return { etag: { $ref: '#/components/headers/ETag' } };
}
