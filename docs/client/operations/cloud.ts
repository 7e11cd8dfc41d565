// Made by scripts/make-client.mjs from what the commands declare.
type CloudShowInput = Record<string, never>;

interface CloudShowOutput {
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

interface CloudListInput {
  /** Only commands older than this instant (epoch ms): for the next page */
  before?: number;
  /** Commands, at most 1000 */
  limit?: number;
}

interface CloudListOutput {
  commands: {
    receivedMs: number;
    issuer: string;
    cmdId: string;
    seq: number;
    /** unknown: the gateway stopped in the middle */
    state: 'begun' | 'done' | 'refused' | 'failed' | 'unknown';
    /** The answer or the problem, as JSON */
    result: string | null;
  }[];
}

type CloudDelegationsInput = Record<string, never>;

interface CloudDelegationsOutput {
  delegations: {
    issuer: string;
    number: number;
    purposes: ('ack' | 'command')[];
    /** Any of read, control, jobs:run, modbus:raw, admin, provision */
    scopes: string[];
    from: number;
    until: number;
    /** Ed25519, base64url */
    key: string;
  }[];
}

export interface CloudOperations {
  /** Whether the cloud may give commands, and by whose word. Needs the scope read. */
  'cloud.show': { input: CloudShowInput; output: CloudShowOutput };
  /** What the cloud has told, newest first, and what became of it; reading is not kept. Needs the scope admin. */
  'cloud.list': { input: CloudListInput; output: CloudListOutput };
  /** Who may speak for the cloud, and for what. Needs the scope admin. */
  'cloud.delegations': { input: CloudDelegationsInput; output: CloudDelegationsOutput };
}
