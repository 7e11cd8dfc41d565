import { ok, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';

/** What `identity.show` says, as far as it is needed here. */
interface IdentityFacts {
  readonly serial: string;
  readonly name: string;
  readonly owner: string | null;
  readonly algorithm: string;
  /** base64url */
  readonly publicKey: string;
  readonly compactKey: string | null;
}

export interface CryptoFacts {
  readonly deviceName: string;
  readonly serialNumber: string;
  readonly publicKey: string;
  readonly compactKey: string | null;
  readonly chipDeathCount: string;
}

/** Who the gateway is, with the key in hex. Needs the scope `read`. */
export async function describeCrypto(request: AncestorRequest): Promise<CryptoFacts> {
  const { algorithm, serial, publicKey, compactKey } = await identityOf(request);
  return {
    deviceName: algorithm === 'ES256' ? 'ATECC608' : 'software',
    serialNumber: serial,
    publicKey: Buffer.from(publicKey, 'base64url').toString('hex'),
    compactKey,
    chipDeathCount: '0',
  };
}

export async function readVersion(request: AncestorRequest): Promise<string> {
  const { version } = (await request.run('gateway.version')) as { readonly version: string };
  return version;
}

/** Milliseconds since the process started. */
export async function readUptimeMs(request: AncestorRequest): Promise<number> {
  const { uptimeMs } = (await request.run('gateway.uptime')) as { readonly uptimeMs: number };
  return Math.round(uptimeMs);
}

export const gatewayRoutes: readonly AncestorRoute[] = [
  {
    method: 'GET',
    path: '/api/version',
    scope: 'read',
    summary: 'The version of the gateway',
    returns: { version: 'string - the version' },
    answer: async (request) => ok({ version: await readVersion(request) }),
  },
  {
    method: 'GET',
    path: '/api/uptime',
    scope: 'read',
    summary: 'How long the gateway has been running',
    returns: { msek: 'number - milliseconds since its start' },
    answer: async (request) => ok({ msek: await readUptimeMs(request) }),
  },
  {
    method: 'GET',
    path: '/api/name',
    scope: 'read',
    summary: 'What the gateway is called',
    returns: { name: 'string - its name, from its configuration' },
    answer: async (request) => ok({ name: (await identityOf(request)).name }),
  },
  {
    method: 'GET',
    path: '/api/owner',
    scope: 'read',
    summary: 'Whose gateway it is',
    returns: { wallet: 'string - its owner; null while it has none' },
    answer: async (request) => ok({ wallet: (await identityOf(request)).owner }),
  },
  {
    method: 'GET',
    path: '/api/crypto',
    scope: 'read',
    summary: 'Who the gateway is: its serial number and its public key',
    returns: {
      deviceName: 'string - ATECC608, or software',
      serialNumber: 'string - hex',
      publicKey: 'string - hex',
      compactKey: 'string - Base58Check; null where the key has none',
      chipDeathCount: 'string - always 0: a chip that fails is told by the health of the gateway',
    },
    answer: async (request) => ok(await describeCrypto(request)),
  },
  {
    method: 'POST',
    path: '/api/echo',
    scope: 'read',
    summary: 'Answers what was sent',
    returns: { echo: 'object - the body' },
    answer: ({ body }) => ok({ echo: body }),
  },
];

async function identityOf(request: AncestorRequest): Promise<IdentityFacts> {
  return (await request.run('identity.show')) as IdentityFacts;
}
