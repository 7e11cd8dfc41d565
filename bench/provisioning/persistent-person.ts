import type { SetupLink } from '../../ble/client/setup-link.ts';
import type { Clock } from '../../ble/clock.ts';
import { runPhone, type PhoneOutcome, type PhoneWish } from './phone-run.ts';

export interface PersonOutcome {
  /** Each try, in order. */
  readonly tries: readonly PhoneOutcome[];
  readonly isProvisioned: boolean;
  /** A try that ended with something that nobody could act on. */
  readonly unclear: string | undefined;
}

/** Codes that tell a person what to do, and that trying again makes sense. */
const waitMs = 1_100;

/** Tries again where the words say so, as somebody would; gives up after so many tries. */
export async function runPerson(
  connect: () => Promise<SetupLink>,
  wish: PhoneWish,
  clock: Clock,
  triesMax = 5,
): Promise<PersonOutcome> {
  const tries: PhoneOutcome[] = [];
  while (tries.length < triesMax) {
    const outcome = await runPhone(connect, wish, clock);
    tries.push(outcome);
    if (outcome.end === 'provisioned') return { tries, isProvisioned: true, unclear: undefined };
    if (!outcome.isRetryable) return { tries, isProvisioned: false, unclear: outcome.code };
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return { tries, isProvisioned: false, unclear: undefined };
}
