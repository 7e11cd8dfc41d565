import { SetupClient } from '../../ble/client/setup-client.ts';
import { SetupError } from '../../ble/client/setup-error.ts';
import { realClock } from '../../ble/real-clock.ts';
import type { Chain } from './chain.ts';

const triesMax = 10;
const wrongCode = '0123456789ABCDEF';

/**
 * Wrong codes, each as soon as the gateway says that one may be tried: how many until it is barred. Answers, too, what
 * was told at each.
 */
export async function wrongCodesUntilBarred(
  chain: Chain,
): Promise<{ readonly wrong: number; readonly told: readonly string[] }> {
  const told: string[] = [];
  let wrong = 0;
  while (wrong < triesMax) {
    const { code, waitSeconds } = await tryCode(chain);
    told.push(code);
    if (code === 'barred') break;
    if (code === 'code_wrong') wrong += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitSeconds) * 1_000 + 50));
  }
  return { wrong, told };
}

async function tryCode({ phone, label }: Chain): Promise<{ code: string; waitSeconds: number }> {
  const client = new SetupClient({
    connect: () => phone.connect(),
    label: { ...label, code: wrongCode },
    clock: realClock,
  });
  try {
    await client.open();
    return { code: 'let in', waitSeconds: 0 };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { code: error.code, waitSeconds: error.waitSeconds };
  } finally {
    await client.close();
  }
}
