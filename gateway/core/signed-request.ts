/** Where a signed request carries what proves it. */
export const signatureHeaders = {
  /** Id of the client's key: 12 hex digits. */
  key: 'x-gw-key',
  /** UTC epoch ms, in digits. */
  time: 'x-gw-time',
  /** 16 bytes in base64url without padding: random, or a challenge of the gateway. */
  nonce: 'x-gw-nonce',
  /** Ed25519, 64 bytes in base64url without padding. */
  signature: 'x-gw-sig',
} as const;

export interface SignedRequest {
  /** The id of the gateway that it is for: another one refuses it. */
  readonly gatewayId: string;
  /** In capital letters. */
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  /** SHA-256 of the body as it is sent, in small hex; of nothing where there is none. */
  readonly bodyHash: string;
  /** As in the header. */
  readonly time: string;
  readonly nonce: string;
}

/** What a client signs: seven lines, none at the end. No part may hold a line feed. */
export function signedRequestText(request: SignedRequest): string {
  const { gatewayId, method, target, bodyHash, time, nonce } = request;
  return ['gw-req-1', gatewayId, method, target, bodyHash, time, nonce].join('\n');
}
