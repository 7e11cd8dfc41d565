// Made by scripts/make-client.mjs from what the commands declare.
type SystemRebootInput = Record<string, never>;

interface SystemRebootOutput {
  rebooting: boolean;
}

export interface SystemChangesOperations {
  /** Start the machine anew, where the gateway is allowed to. Needs the scope admin. */
  'system.reboot': { input: SystemRebootInput; output: SystemRebootOutput };
}
