/**
 * Every operating error of the gateway, by code. `true` means that the same request may succeed later
 * without anybody changing anything. Each code has its line in docs/ERRORS.md (checked by a test).
 */
const errorCodes = {
  already_exists: false,
  answer_invalid: true,
  certificate_invalid: false,
  challenge_required: false,
  clock_trusted: false,
  clock_untrusted: true,
  cloud_control_off: false,
  command_interrupted: false,
  command_unknown: false,
  config_invalid: false,
  config_pinned: false,
  config_unreadable: false,
  connection_closed: true,
  connection_refused: true,
  connection_timeout: true,
  content_type_unsupported: false,
  control_refused: false,
  control_unconfirmed: true,
  data_dir_in_use: false,
  data_dir_unusable: false,
  database_newer: false,
  database_unreadable: false,
  deadline_exceeded: true,
  deadline_invalid: false,
  device_busy: true,
  device_exception: false,
  device_identity_changed: false,
  device_timeout: true,
  device_unknown: false,
  disk_full: false,
  duration_invalid: false,
  folder_unusable: false,
  forbidden: false,
  frame_invalid: true,
  gateway_unreachable: true,
  host_forbidden: false,
  host_unresolved: true,
  identity_damaged: false,
  input_invalid: false,
  internal_error: false,
  job_ended: false,
  limit_reached: false,
  method_not_allowed: false,
  node_unsupported: false,
  not_found: false,
  notifier_refused: false,
  notifier_unavailable: true,
  origin_forbidden: false,
  pairing_closed: false,
  pairing_code_wrong: false,
  policy_invalid: false,
  port_in_use: false,
  queue_full: true,
  rate_limited: true,
  refused: true,
  request_too_large: false,
  sandbox_unavailable: false,
  serial_unavailable: true,
  service_failed: false,
  service_manager_missing: false,
  signature_invalid: false,
  signer_unavailable: true,
  sink_refused: false,
  sink_unavailable: true,
  source_missing: false,
  source_refused: false,
  source_unavailable: true,
  stopping: true,
  storage_busy: true,
  storage_failed: true,
  switch_refused: false,
  switch_unavailable: true,
  token_invalid: false,
  upgrade_required: false,
  uplink_refused: false,
  uplink_unavailable: true,
  wifi_busy: true,
  wifi_failed: true,
  wifi_forbidden: false,
  wifi_lost: true,
  wifi_missing: false,
  wifi_network_not_found: true,
  wifi_no_address: true,
  wifi_password_wrong: false,
  wifi_security_unsupported: false,
  wifi_timeout: true,
  worker_crashed: true,
  zone_unknown: false,
} as const satisfies Record<string, boolean>;

export type ErrorCode = keyof typeof errorCodes;

export const allErrorCodes = Object.keys(errorCodes) as readonly ErrorCode[];

export interface ErrorDetail {
  /** What the person can do about it: one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Facts for machines, without secrets: they go to logs and to HTTP answers. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * An operating error: something outside went wrong, and the program goes on. The message says what and
 * where; `hint` what to do. Branch on `code`, never on the message. Programmer errors are asserts.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.facts = detail.facts ?? {};
  }

  get retryable(): boolean {
    return errorCodes[this.code];
  }
}

/** The code of an operating error, or undefined for anything else (a bug, or a library's own error). */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  return error instanceof GatewayError ? error.code : undefined;
}

/** A single line for a log or a person, whatever was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof GatewayError) {
    return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  }
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return 'a value was thrown that has no text';
  }
}
