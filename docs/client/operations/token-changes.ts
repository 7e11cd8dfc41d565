// Made by scripts/make-client.mjs from what the commands declare.
interface TokenCreateInput {
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

interface TokenCreateOutput {
  id: string;
  label: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number;
  /** The secret, shown only this once */
  token: string;
}

interface TokenRemoveInput {
  /** As in the list */
  id: string;
}

interface TokenRemoveOutput {
  removed: string;
}

export interface TokenChangesOperations {
  /** Make a token: the only time its secret is shown. Needs the scope admin. */
  'token.create': { input: TokenCreateInput; output: TokenCreateOutput };
  /** Remove a token: it is refused at once. Needs the scope admin. */
  'token.remove': { input: TokenRemoveInput; output: TokenRemoveOutput };
}
