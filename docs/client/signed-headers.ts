/** Who signs requests with an Ed25519 key that the gateway knows (`egw key add`). */
export interface RequestSigner {
  /** As `egw key list` shows it. */
  readonly keyId: string;
  /** As `egw identity show` says it. */
  readonly gatewayId: string;
  /** The signature of these bytes, 64 bytes: `(bytes) => crypto.subtle.sign('Ed25519', privateKey, bytes)`. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer | Uint8Array> | ArrayBuffer | Uint8Array;
  /** UTC epoch ms; the machine's clock unless said. */
  now?(): number;
}

export interface RequestToSign {
  readonly method: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly body: string;
}

/** The headers that prove a request. A challenge of the gateway, where it asked for one, takes the nonce's place. */
export async function signedHeaders(
  signer: RequestSigner,
  { method, target, body }: RequestToSign,
  challenge?: string,
): Promise<Record<string, string>> {
  const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const bodyHash = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(body))));
  const time = String(Math.round(signer.now?.() ?? Date.now()));
  const nonce = challenge ?? base64url(crypto.getRandomValues(new Uint8Array(16)));
  const lines = ['gw-req-1', signer.gatewayId, method, target, bodyHash, time, nonce];
  const signature = await signer.sign(bytesOf(lines.join('\n')));
  return {
    'x-gw-key': signer.keyId,
    'x-gw-time': time,
    'x-gw-nonce': nonce,
    'x-gw-sig': base64url(new Uint8Array(signature)),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
