import type { Config } from './config/config.ts';
import type { Clock } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import type { Identity } from './core/identity.ts';
import type { Signer } from './core/signer.ts';
import type { BoundCommand } from './features/command.ts';
import { createIdentity } from './features/identity/create-identity.ts';
import { bindIdentityCommands } from './features/identity/identity-commands.ts';
import { identityKey, identitySettings } from './features/identity/identity-section.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import { signers } from './io/signers/index.ts';
import type { SignerPorts } from './io/signers/signer.ts';
import type { Database } from './storage/store-calls.ts';

interface Parts {
  readonly config: Pick<Config, 'site'>;
  readonly clock: Clock;
  readonly database: Database;
  readonly signer: Signer;
}

/** Who the gateway is, put together. */
export interface IdentityKeeping {
  readonly identity: Identity;
  readonly health: HealthSource;
  readonly commands: readonly BoundCommand[];
}

/** The key that the configuration says, made where there never was one. Errors: those of its `open`. */
export async function openSigner(config: Pick<Config, 'features'>, ports: SignerPorts): Promise<Signer> {
  const settings = identitySettings(config.features[identityKey]);
  const definition = signers.find(({ id }) => id === settings.signer);
  if (definition === undefined)
    throw new GatewayError('config_invalid', `there is no signer ${JSON.stringify(settings.signer)}`, {
      hint: `identity.signer is one of ${signers.map(({ id }) => id).join(', ')}`,
    });
  return await definition.open(settings.options, ports);
}

export function createIdentityKeeping({ config, clock, database, signer }: Parts): IdentityKeeping {
  const identity = createIdentity(signer, clock);
  const notes = signer.algorithm === 'none' ? [unsignedNote] : [];
  return {
    identity,
    health: () => notes,
    commands: bindIdentityCommands({ identity, clock, siteName: config.site.name, store: database }),
  };
}

const unsignedNote: HealthNote = {
  subject: 'identity',
  status: 'degraded',
  message: 'nothing that this gateway sends is signed: identity.signer is none',
  hint: 'set identity.signer to ed25519, or to atecc608 where there is such a chip',
};
