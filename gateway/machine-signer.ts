import { randomBytes } from 'node:crypto';
import type { Config } from './config/config.ts';
import type { Alarm, Clock } from './core/clock.ts';
import type { Logger } from './core/logger.ts';
import type { Signer } from './core/signer.ts';
import { openSigner } from './identity-keeping.ts';
import { openI2cBus } from './io/i2c-bus.ts';
import { fileAccess } from './system/file-access.ts';
import { pause } from './system/pause.ts';
import { realDisk } from './system/real-disk.ts';

const never = new AbortController().signal;

/** The signer that the configuration says, on this machine. Errors: those of `openSigner`. */
export async function openMachineSigner(
  config: Pick<Config, 'features'>,
  dataDirectory: string,
  ports: { readonly clock: Clock; readonly alarm: Alarm; readonly logger: Logger },
): Promise<Signer> {
  return await openSigner(config, {
    disk: realDisk,
    fileAccess,
    logger: ports.logger,
    dataDirectory,
    openI2cBus,
    pause: async (ms) => await pause(ports, ms, never),
    randomBytes,
  });
}
