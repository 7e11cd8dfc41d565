import { GatewayError, type ErrorCode } from '../../core/errors.ts';

export const problemContentType = 'application/problem+json; charset=utf-8';

/** An error as it leaves over HTTP (RFC 9457). Branch on `code`; `detail` and `hint` are for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly hint?: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The path that was asked for, without its query. */
  readonly instance: string;
}

/** Codes that are not here are the server's fault: 503 when they pass by themselves, else 500. */
const statusByCode: Partial<Record<ErrorCode, number>> = {
  already_exists: 409,
  challenge_required: 401,
  clock_trusted: 409,
  cloud_control_off: 403,
  command_unknown: 404,
  config_invalid: 422,
  config_pinned: 409,
  control_refused: 409,
  control_unconfirmed: 502,
  content_type_unsupported: 415,
  deadline_invalid: 400,
  device_busy: 503,
  device_exception: 502,
  device_timeout: 504,
  device_unknown: 404,
  duration_invalid: 400,
  folder_unusable: 409,
  forbidden: 403,
  input_invalid: 400,
  job_ended: 409,
  limit_reached: 409,
  method_not_allowed: 405,
  not_found: 404,
  origin_forbidden: 403,
  pairing_closed: 403,
  pairing_code_wrong: 403,
  policy_invalid: 400,
  rate_limited: 429,
  refused: 403,
  request_too_large: 413,
  signature_invalid: 401,
  token_invalid: 401,
  upgrade_required: 426,
  wifi_busy: 409,
  wifi_missing: 501,
  wifi_security_unsupported: 422,
  zone_unknown: 400,
};

/** The HTTP status that an error's code stands for. */
export function statusOf(error: GatewayError): number {
  return statusByCode[error.code] ?? (error.retryable ? 503 : 500);
}

/** Never holds a stack, nor what was caught underneath. */
export function problemOf(error: GatewayError, path: string): Problem {
  const title = error.code.replaceAll('_', ' ');
  return {
    type: `urn:egw:error:${error.code}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    status: statusOf(error),
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    retryable: error.retryable,
    instance: path,
  };
}

/**
 * Whatever was thrown, as an operating error. What the HTTP server itself refuses gets a code of ours; what
 * nobody expected becomes `internal_error`, whose words tell nothing of the inside.
 */
export function gatewayErrorFrom(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { code, statusCode } = thrown as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new GatewayError('request_too_large', 'the body is too large', { hint: 'send less than 64 KiB' });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new GatewayError('content_type_unsupported', 'the body must be JSON', {
      hint: 'send content-type: application/json',
    });
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const message = thrown instanceof Error ? thrown.message : 'the request is not valid';
    return new GatewayError('input_invalid', message, { hint: 'send valid JSON and a valid URL' });
  }
  return new GatewayError('internal_error', 'something went wrong inside the gateway', {
    hint: "the gateway's log says what",
    cause: thrown,
  });
}
