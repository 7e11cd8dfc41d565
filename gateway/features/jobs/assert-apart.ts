import { GatewayError } from '../../core/errors.ts';
import type { JobDesk } from './job-port.ts';
import type { JobsSettings } from './jobs-section.ts';

/**
 * Refuses a job that would end before its program starts, since the machine cannot keep it as far apart as it must be.
 * Errors: `sandbox_unavailable`.
 */
export async function assertApart(
  desk: Pick<JobDesk, 'sandbox'>,
  { sandbox }: Pick<JobsSettings, 'sandbox'>,
): Promise<void> {
  if (sandbox !== 'required') return;
  const { form, reason = 'it has no namespaces' } = await desk.sandbox();
  if (form === 'full') return;
  throw new GatewayError('sandbox_unavailable', `jobs cannot be kept apart on this machine: ${reason}`, {
    hint: 'jobs.sandbox is required: let the gateway have namespaces, or set it to auto',
  });
}
