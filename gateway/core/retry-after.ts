/** HTTP-date, RFC 9110 5.6.7: the form in use and the obsolete one of RFC 850. */
const httpDate = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a server asks to be left alone (RFC 9110 10.2.3): seconds, or a date, which is taken by the server's own
 * clock where it says its time, because ours may be wrong. undefined when it does not say, or nothing that makes sense.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  nowMs: number | undefined,
): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const untilMs = dateMs(text);
  const fromMs = dateMs(headers['date'] ?? '') ?? nowMs;
  return untilMs === undefined || fromMs === undefined ? undefined : Math.max(0, untilMs - fromMs);
}

function dateMs(text: string): number | undefined {
  const ms = httpDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
