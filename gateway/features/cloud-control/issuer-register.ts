import { GatewayError } from '../../core/errors.ts';
import { scopes, type Scope } from '../command.ts';
import { parsePublicKey, type PublicKey } from '../public-key.ts';
import type { StorePort } from '../store-port.ts';
import type { Delegation, Purpose, Revocation } from './cloud-messages.ts';
import { isSignedBy } from './message-signature.ts';

/** Who may speak for the cloud, as the root key says. */
export interface Issuer {
  readonly delegation: Delegation;
  readonly key: PublicKey;
  /** Those of its scopes that this version knows. */
  readonly scopes: ReadonlySet<Scope>;
}

interface Kept {
  readonly rootKey: string;
  readonly delegations: readonly Delegation[];
  /** By issuer, the number up to which its delegations are void; `*` is for all. */
  readonly revoked: Readonly<Record<string, number>>;
}

export interface IssuerRegisterParts {
  readonly store: StorePort<'getSetting' | 'putSetting'>;
  readonly rootKey: PublicKey;
  readonly gatewayId: string;
}

const settingName = 'cloud.issuers';
const issuersMax = 64;
/** Issuers that are revoked one by one; `*` revokes all before it, and makes room. */
const revokedMax = 1_024;

/**
 * The issuers that the root key has named, kept across restarts. For each, its delegation with the highest number
 * counts, unless a revocation with that number or a higher one names it: so it does not matter in which order, or
 * how often, the root's messages come. A new root key begins with nobody.
 */
export class IssuerRegister {
  readonly #parts: IssuerRegisterParts;
  #issuers = new Map<string, Issuer>();
  #revoked = new Map<string, number>();
  /** Whether the store has what counts now. */
  #isKept = true;

  constructor(parts: IssuerRegisterParts) {
    this.#parts = parts;
  }

  /** Reads what is kept; before it, nobody may do anything. Errors: those of the store. */
  async load(): Promise<void> {
    const text = await this.#parts.store.call('getSetting', settingName);
    const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
    if (kept?.rootKey !== this.#parts.rootKey.text) return;
    this.#revoked = new Map(Object.entries(kept.revoked));
    this.#issuers = new Map(kept.delegations.map((delegation) => [delegation.issuer, issuerOf(delegation)]));
  }

  /** Those whose delegation is not revoked, by name. It may not have begun yet, or be over. */
  list(): readonly Issuer[] {
    return [...this.#issuers.values()].filter(({ delegation }) => !this.#isRevoked(delegation));
  }

  /** Who was given this purpose, at whatever time; undefined when nobody of that name was, or is any more. */
  find(issuer: string, purpose: Purpose): Issuer | undefined {
    const found = this.#issuers.get(issuer);
    if (found === undefined || this.#isRevoked(found.delegation)) return undefined;
    return found.delegation.purposes.includes(purpose) ? found : undefined;
  }

  /**
   * Takes the root's word; returns when it is kept, with whether anything has changed by it. Errors:
   * `signature_invalid`, `forbidden` (for other gateways), `input_invalid` (a key that is none), `limit_reached`, those
   * of the store: it counts from then on all the same, and is kept when anything is said again.
   */
  async take(message: Delegation | Revocation): Promise<boolean> {
    if (!isSignedBy(this.#parts.rootKey, message)) {
      throw new GatewayError('signature_invalid', `the ${message.kind} is not signed by the root key`, {
        hint: 'sign it with the key whose public half is cloud.rootKey in the configuration',
      });
    }
    const hasChanged = message.kind === 'delegation' ? this.#delegate(message) : this.#revoke(message);
    if (hasChanged) this.#isKept = false;
    if (!this.#isKept) await this.#save();
    return hasChanged;
  }

  #delegate(delegation: Delegation): boolean {
    const { issuer, gateways, number, from, until } = delegation;
    if (!gateways.includes('*') && !gateways.includes(this.#parts.gatewayId)) {
      throw new GatewayError('forbidden', `the delegation of ${issuer} is for other gateways`, {
        hint: `name ${this.#parts.gatewayId} in it`,
      });
    }
    if (from >= until) {
      throw new GatewayError('input_invalid', `the delegation of ${issuer} ends before it begins`);
    }
    const known = this.#issuers.get(issuer);
    if (number <= (known?.delegation.number ?? 0) || this.#isRevoked(delegation)) return false;
    const named = issuerOf(delegation);
    if (known === undefined) this.#makeRoom();
    this.#issuers.set(issuer, named);
    return true;
  }

  #makeRoom(): void {
    for (const [name, { delegation }] of this.#issuers) {
      if (this.#issuers.size < issuersMax) return;
      if (this.#isRevoked(delegation)) this.#issuers.delete(name);
    }
    if (this.#issuers.size < issuersMax) return;
    throw new GatewayError(
      'limit_reached',
      `there are ${issuersMax} issuers, which is the most there can be`,
      {
        hint: 'revoke those that are no longer used',
      },
    );
  }

  #revoke({ issuers, number }: Revocation): boolean {
    const news = issuers.filter((issuer) => number > this.#voidUpTo(issuer));
    const added = news.filter((issuer) => !this.#revoked.has(issuer)).length;
    if (!news.includes('*') && this.#revoked.size + added > revokedMax) {
      throw new GatewayError('limit_reached', `${this.#revoked.size} issuers are revoked one by one`, {
        hint: 'revoke * up to a number, and delegate anew to those who are to stay',
      });
    }
    for (const issuer of news) this.#revoked.set(issuer, number);
    const floor = this.#revoked.get('*') ?? 0;
    for (const [issuer, upTo] of this.#revoked) {
      if (issuer !== '*' && upTo <= floor) this.#revoked.delete(issuer);
    }
    return news.length > 0;
  }

  #isRevoked({ issuer, number }: Delegation): boolean {
    return number <= this.#voidUpTo(issuer);
  }

  #voidUpTo(issuer: string): number {
    return Math.max(this.#revoked.get(issuer) ?? 0, this.#revoked.get('*') ?? 0);
  }

  async #save(): Promise<void> {
    const kept: Kept = {
      rootKey: this.#parts.rootKey.text,
      delegations: [...this.#issuers.values()].map(({ delegation }) => delegation),
      revoked: Object.fromEntries(this.#revoked),
    };
    await this.#parts.store.call('putSetting', settingName, JSON.stringify(kept));
    this.#isKept = true;
  }
}

/** A scope that this version does not know is dropped: nobody ever gains by it. Errors: `input_invalid`. */
function issuerOf(delegation: Delegation): Issuer {
  const known = scopes.filter((scope) => delegation.scopes.includes(scope));
  return { delegation, key: parsePublicKey(delegation.key), scopes: new Set(known) };
}
