// Made by scripts/make-client.mjs from what the commands declare.
type CloudOnInput = Record<string, never>;

interface CloudOnOutput {
  /** Whether issuers in the cloud may give commands; none: no root key is configured */
  control: 'on' | 'off' | 'none';
  /** What commands and delegations name this gateway by */
  gatewayId: string;
  /** Says who may speak for the cloud */
  rootKey: string | null;
  /** Delegations that are not revoked */
  issuers: number;
  /** Messages that were refused since the start */
  refused: number;
  /** Messages of unknown kinds or versions since the start */
  ignored: number;
}

type CloudOffInput = Record<string, never>;

interface CloudOffOutput {
  /** Whether issuers in the cloud may give commands; none: no root key is configured */
  control: 'on' | 'off' | 'none';
  /** What commands and delegations name this gateway by */
  gatewayId: string;
  /** Says who may speak for the cloud */
  rootKey: string | null;
  /** Delegations that are not revoked */
  issuers: number;
  /** Messages that were refused since the start */
  refused: number;
  /** Messages of unknown kinds or versions since the start */
  ignored: number;
}

export interface CloudChangesOperations {
  /** Let the cloud give commands, as far as its root key has named issuers. Needs the scope admin. */
  'cloud.on': { input: CloudOnInput; output: CloudOnOutput };
  /** Refuse every command of the cloud, until it is switched on again here; set points end with their leases. Needs the scope admin. */
  'cloud.off': { input: CloudOffInput; output: CloudOffOutput };
}
