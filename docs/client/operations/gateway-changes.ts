// Made by scripts/make-client.mjs from what the commands declare.
type GatewayRestartInput = Record<string, never>;

interface GatewayRestartOutput {
  restarting: boolean;
}

type GatewayStopInput = Record<string, never>;

interface GatewayStopOutput {
  stopping: boolean;
  /** What becomes of what waits */
  message: string;
}

export interface GatewayChangesOperations {
  /** Stop the gateway in good order and start it again, with the configuration as it is now. Needs the scope admin. */
  'gateway.restart': { input: GatewayRestartInput; output: GatewayRestartOutput };
  /** Stop the gateway in good order; jobs that wait are kept, and wait on when it is started again. Needs the scope admin. */
  'gateway.stop': { input: GatewayStopInput; output: GatewayStopOutput };
}
