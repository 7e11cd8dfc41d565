import { errorCodeOf } from './errors.ts';
import type { ErrorCode } from './errors.ts';

/** Why the process ended, for scripts and supervisors. docs/cli.md has the same table. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  node_unsupported: 3,
  config_invalid: 4,
  config_unreadable: 5,
  data_dir_in_use: 6,
  database_newer: 7,
  database_unreadable: 8,
  port_in_use: 9,
  data_dir_unusable: 10,
  gateway_unreachable: 11,
  not_permitted: 12,
  not_found: 13,
  input_refused: 14,
} as const;

export type ExitReason = keyof typeof exitCodes;

const reasons: Readonly<Partial<Record<ErrorCode, ExitReason>>> = {
  already_exists: 'input_refused',
  challenge_required: 'not_permitted',
  cloud_control_off: 'not_permitted',
  command_unknown: 'usage',
  config_invalid: 'config_invalid',
  config_pinned: 'input_refused',
  config_unreadable: 'config_unreadable',
  data_dir_in_use: 'data_dir_in_use',
  data_dir_unusable: 'data_dir_unusable',
  database_newer: 'database_newer',
  database_unreadable: 'database_unreadable',
  deadline_invalid: 'usage',
  device_unknown: 'not_found',
  duration_invalid: 'usage',
  folder_unusable: 'input_refused',
  forbidden: 'not_permitted',
  gateway_unreachable: 'gateway_unreachable',
  host_forbidden: 'input_refused',
  input_invalid: 'input_refused',
  job_ended: 'input_refused',
  node_unsupported: 'node_unsupported',
  not_found: 'not_found',
  pairing_closed: 'not_permitted',
  pairing_code_wrong: 'not_permitted',
  policy_invalid: 'usage',
  port_in_use: 'port_in_use',
  signature_invalid: 'not_permitted',
  token_invalid: 'not_permitted',
  wifi_forbidden: 'not_permitted',
  zone_unknown: 'usage',
};

/** Whether it is the command line that was written wrong. */
export function isUsageCode(code: unknown): boolean {
  return reasons[code as ErrorCode] === 'usage';
}

/** The exit code for whatever was thrown; 1 for bugs and for errors without a code of their own. */
export function exitCodeOf(error: unknown): number {
  const code = errorCodeOf(error);
  return exitCodes[(code === undefined ? undefined : reasons[code]) ?? 'unexpected'];
}
