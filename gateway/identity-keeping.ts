import type { Config } from './config/config.ts';
import type { Clock } from './core/clock.ts';
import { errorCodeOf, GatewayError } from './core/errors.ts';
import type { Identity } from './core/identity.ts';
import type { Signer } from './core/signer.ts';
import type { BoundCommand } from './features/command.ts';
import { createIdentity } from './features/identity/create-identity.ts';
import { bindIdentityCommands } from './features/identity/identity-commands.ts';
import { identityKey, identitySettings } from './features/identity/identity-section.ts';
import { knownGatewayBefore } from './features/identity/known-gateway.ts';
import type { HealthNote, HealthSource } from './features/lifecycle/health-board.ts';
import type { SecurityNotes } from './features/security-events.ts';
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
  /** Sees whether it is who it was; before anything is sent. */
  start(security: SecurityNotes): Promise<void>;
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
  const start = async (security: SecurityNotes): Promise<void> => {
    try {
      const before = await knownGatewayBefore(identity.gatewayId, { store: database, security });
      if (before !== undefined) notes.push(changedNote(before));
    } catch (error) {
      // Where nothing can be kept now, the next start sees it.
      if (errorCodeOf(error) === undefined) throw error;
    }
  };
  return {
    identity,
    health: () => notes,
    commands: bindIdentityCommands({ identity, clock, siteName: config.site.name, store: database }),
    start,
  };
}

const unsignedNote: HealthNote = {
  subject: 'identity',
  status: 'degraded',
  message: 'nothing that this gateway sends is signed: identity.signer is none',
  hint: 'set identity.signer to ed25519, or to atecc608 where there is such a chip',
};

function changedNote(before: string): HealthNote {
  return {
    subject: 'identity',
    status: 'degraded',
    message: `this gateway has another key than at its last start: it was ${before}`,
    hint: 'if that was not meant, put back the copy of its key; backends take it for another gateway',
  };
}
