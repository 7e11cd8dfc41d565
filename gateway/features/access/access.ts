import type { Alarm, Cancel, Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Credentials } from '../credentials.ts';
import type { BoundCommand, Principal } from '../command.ts';
import type { AdmitNewcomer } from '../newcomer.ts';
import type { StorePort } from '../store-port.ts';
import { bindAccessCommands } from './access-commands.ts';
import { createAdmission } from './admit-newcomer.ts';
import { createChallenges, type Challenges } from './challenges.ts';
import { createClientKeyRegister, type ClientKeyRegister } from './client-key-register.ts';
import { bindKeyCommands } from './key-commands.ts';
import { createPairing, type Pairing } from './pairing.ts';
import { createRegisterWatch } from './register-watch.ts';
import { bindSecurityCommands } from './security-commands.ts';
import { createSecurityLog, type SecurityLog } from './security-log.ts';
import { createSignedRequests } from './signed-requests.ts';
import { createTokenRegister, type TokenRegister } from './token-register.ts';

export interface AccessOutside {
  readonly store: StorePort<
    | 'addToken'
    | 'listTokens'
    | 'removeToken'
    | 'addClientKey'
    | 'listClientKeys'
    | 'removeClientKey'
    | 'noteClientKeyUse'
    | 'noteSecurityEvent'
    | 'listSecurityEvents'
  >;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly gatewayId: string;
  /** Whether the wall clock may be relied on. */
  readonly isClockTrusted: () => boolean;
}

/** Everything about who may come in, put together. */
export interface Access {
  readonly tokens: TokenRegister;
  readonly keys: ClientKeyRegister;
  readonly pairing: Pairing;
  readonly challenges: Challenges;
  readonly security: SecurityLog;
  readonly credentials: Credentials;
  readonly commands: readonly BoundCommand[];
  /** Reads tokens and keys from the database; before it nobody comes in. */
  load(): Promise<void>;
  /** Whether anybody can come in. */
  hasOwner(): boolean;
  /** Calls back when somebody was let in for the first time: who can come in is known then. */
  onAdmitted(listener: () => void): Cancel;
  readonly admit: AdmitNewcomer;
}

/** Nobody comes in before `load`. */
export function createAccess(outside: AccessOutside): Access {
  const { clock, store, gatewayId } = outside;
  const removals = createRegisterWatch();
  const additions = createRegisterWatch();
  const registered = {
    ...outside,
    onRemoved: () => removals.tell(),
    onAdded: () => additions.tell(),
  };
  const tokens = createTokenRegister(registered);
  const keys = createClientKeyRegister(registered);
  const pairing = createPairing(clock);
  const challenges = createChallenges(clock);
  const signatures = createSignedRequests({ ...outside, keys, challenges });
  const hasKey = ({ id }: Principal): boolean => {
    const key = keys.find(id.replace(/^key:/, ''));
    return key !== undefined && !keys.isExpired(key);
  };
  return {
    tokens,
    keys,
    pairing,
    challenges,
    security: createSecurityLog(outside),
    credentials: {
      bearer: (secret) => tokens.verify(secret),
      signed: (head) => signatures.check(head),
      isValid: (principal) => (principal.kind === 'key' ? hasKey(principal) : tokens.isValid(principal)),
      onRemoved: (listener) => removals.subscribe(listener),
    },
    commands: [
      ...bindAccessCommands({ tokens, keys, pairing }),
      ...bindKeyCommands({ keys, challenges, signatures, gatewayId, clock }),
      ...bindSecurityCommands({ store }),
    ],
    load: async () => {
      await tokens.load();
      await keys.load();
    },
    onAdmitted: (listener) => additions.subscribe(listener),
    admit: createAdmission({ tokens, keys }),
    hasOwner: () => tokens.hasValidToken() || keys.hasValidKey(),
  };
}
