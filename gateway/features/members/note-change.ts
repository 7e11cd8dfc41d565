import { describeError } from '../../core/errors.ts';
import type { MembersPorts } from './members-ports.ts';

/** Writes into the audit who changed what; the change stands, whether that succeeds or not. Never throws. */
export async function noteChange(
  { clock, logger, store }: Pick<MembersPorts, 'clock' | 'logger' | 'store'>,
  change: { readonly by: string; readonly action: string; readonly detail: string },
): Promise<void> {
  const { by: principal, action, detail } = change;
  const line = { atMs: clock.wall(), principal, action, outcome: 'ok', detail };
  try {
    await store.call('addAuditLine', line);
  } catch (failure) {
    logger.error({ ...line, reason: describeError(failure) }, 'audit line not stored');
  }
}
