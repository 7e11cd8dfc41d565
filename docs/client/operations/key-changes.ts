// Made by scripts/make-client.mjs from what the commands declare.
interface KeyAddInput {
  /** Public key (Ed25519): base64url, hex or PEM */
  publicKey: string;
  /**
   * Any of read, control, jobs:run, modbus:raw, admin, provision
   *
   * @minItems 1
   * @maxItems 6
   */
  scope:
    | ['read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision']
    | [
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
      ]
    | [
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
      ]
    | [
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
      ]
    | [
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
      ]
    | [
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
        'read' | 'control' | 'jobs:run' | 'modbus:raw' | 'admin' | 'provision',
      ];
  /** How long it is valid: 1h, 30d; a year unless said */
  ttl?: string;
  /** What it is for */
  label?: string;
}

interface KeyAddOutput {
  /** The first 12 hex digits of the SHA-256 of the key */
  id: string;
  label: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number;
  /** To the hour; null: never yet */
  usedMs: number | null;
  /** Ed25519, 32 bytes, base64url */
  publicKey: string;
}

interface KeyRemoveInput {
  /** As in the list */
  id: string;
}

interface KeyRemoveOutput {
  removed: string;
}

export interface KeyChangesOperations {
  /** Let in who signs with this key. Needs the scope admin. */
  'key.add': { input: KeyAddInput; output: KeyAddOutput };
  /** Remove a key: what it signs is refused at once. Needs the scope admin. */
  'key.remove': { input: KeyRemoveInput; output: KeyRemoveOutput };
}
