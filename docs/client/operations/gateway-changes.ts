// Made by scripts/make-client.mjs from what the commands declare.
type GatewayRestartInput = Record<string, never>;

interface GatewayRestartOutput {
  restarting: boolean;
}

export interface GatewayChangesOperations {
  /** Stop the gateway in good order and start it again, with the configuration as it is now. Needs the scope admin. */
  'gateway.restart': { input: GatewayRestartInput; output: GatewayRestartOutput };
}
