import { joinNetwork } from '../../ble/client/join-network.ts';
import { SetupClient } from '../../ble/client/setup-client.ts';
import { SetupError } from '../../ble/client/setup-error.ts';
import type { SetupLabel } from '../../ble/client/setup-label.ts';
import type { SetupLink } from '../../ble/client/setup-link.ts';
import type { Clock } from '../../ble/clock.ts';
import { CentralError } from '../../ble/tester/central.ts';

/** What a person wants of one gateway. */
export interface PhoneWish {
  readonly label: SetupLabel;
  readonly ssid: string;
  readonly password: string;
  readonly pairAs: string;
}

export interface PhoneOutcome {
  /** `stopped`: with the code of what was told, and whether it may be tried again. */
  readonly end: 'provisioned' | 'stopped';
  readonly code: string;
  readonly isRetryable: boolean;
  readonly token: string | undefined;
  readonly tookMs: number;
}

/** One try of a person: link, prove, ask, join, pair. Never rejects. */
export async function runPhone(
  connect: () => Promise<SetupLink>,
  wish: PhoneWish,
  clock: Clock,
): Promise<PhoneOutcome> {
  const startedMs = performance.now();
  const client = new SetupClient({ connect, label: wish.label, clock });
  const outcome = (part: Omit<PhoneOutcome, 'tookMs'>): PhoneOutcome => ({
    ...part,
    tookMs: performance.now() - startedMs,
  });
  try {
    await client.open();
    await client.call('info');
    await client.call('scan');
    const { ssid, password } = wish;
    const joined = await joinNetwork(client, clock, { ssid, password, isHidden: false }, () => undefined);
    if (joined.stage !== 'joined') {
      const code = joined.failure ?? 'wifi_failed';
      return outcome({ end: 'stopped', code, isRetryable: true, token: undefined });
    }
    const { token } = await client.call('pair-key', { label: wish.pairAs });
    const isPaired = typeof token === 'string' && token !== '';
    return outcome({
      end: isPaired ? 'provisioned' : 'stopped',
      code: isPaired ? '' : 'no token',
      isRetryable: false,
      token: isPaired ? token : undefined,
    });
  } catch (error) {
    return outcome({ end: 'stopped', ...faultOf(error), token: undefined });
  } finally {
    await client.close();
  }
}

/** What is no word for a person is a fault of ours. */
function faultOf(error: unknown): { code: string; isRetryable: boolean } {
  if (error instanceof SetupError) return { code: error.code, isRetryable: error.isRetryable };
  if (error instanceof CentralError) return { code: error.code, isRetryable: true };
  return {
    code: error instanceof Error ? (error.stack ?? error.message) : String(error),
    isRetryable: false,
  };
}
