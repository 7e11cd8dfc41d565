// Made by scripts/make-client.mjs from what the commands declare.
interface ProvisionSetTimeInput {
  /** UTC epoch ms */
  timeMs: number;
}

interface ProvisionSetTimeOutput {
  /** What the gateway goes by now */
  timeMs: number;
  isSet: boolean;
}

type ProvisionIdentifyInput = Record<string, never>;

interface ProvisionIdentifyOutput {
  /** Whether anything is to be seen: provisioning.light */
  hasLight: boolean;
}

interface ProvisionSetNameInput {
  /** Letters, digits and dashes (RFC 1123) */
  hostName?: string;
  /** site.name */
  deviceName?: string;
}

interface ProvisionSetNameOutput {
  hostName: string;
  /** In force after the next start where it was changed */
  deviceName: string;
}

interface ProvisionPairInput {
  /** What it is for */
  label: string;
  /** Public key (Ed25519): base64url, hex or PEM */
  publicKey?: string;
}

interface ProvisionPairOutput {
  id: string;
  label: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number;
  /** The secret, shown only this once */
  token?: string;
  /** Ed25519, 32 bytes, base64url */
  publicKey?: string;
}

type ProvisionOpenInput = Record<string, never>;

interface ProvisionOpenOutput {
  state: 'closed' | 'open' | 'barred';
  /** Until it closes by itself; null: no such end */
  openMs: number | null;
}

type ProvisionCloseInput = Record<string, never>;

interface ProvisionCloseOutput {
  state: 'closed' | 'open' | 'barred';
  /** Until it closes by itself; null: no such end */
  openMs: number | null;
}

interface ProvisionFactoryResetInput {
  /** Of the one that is meant */
  gatewayId: string;
}

interface ProvisionFactoryResetOutput {
  restarts: boolean;
}

export interface ProvisionChangesOperations {
  /** Set the clock of a machine that nothing else sets. Needs the scope provision. */
  'provision.set-time': { input: ProvisionSetTimeInput; output: ProvisionSetTimeOutput };
  /** Make the light flash for ten seconds, to see which gateway it is. Needs the scope provision. */
  'provision.identify': { input: ProvisionIdentifyInput; output: ProvisionIdentifyOutput };
  /** Name the machine in its network, and the site. Needs the scope provision. */
  'provision.set-name': { input: ProvisionSetNameInput; output: ProvisionSetNameOutput };
  /** Let a phone or a page in: a token, or a place among the keys. Needs the scope provision. */
  'provision.pair': { input: ProvisionPairInput; output: ProvisionPairOutput };
  /** Let a phone that is nearby set the gateway up, for five minutes. Needs the scope admin. */
  'provision.open': { input: ProvisionOpenInput; output: ProvisionOpenOutput };
  /** Let nobody nearby in any more, also who is in a session; a gateway without an owner stays open. Needs the scope admin. */
  'provision.close': { input: ProvisionCloseInput; output: ProvisionCloseOutput };
  /** Make the gateway forget everything but its key: while its button is held, or on the gateway itself. Needs the scope provision. */
  'provision.factory-reset': { input: ProvisionFactoryResetInput; output: ProvisionFactoryResetOutput };
}
