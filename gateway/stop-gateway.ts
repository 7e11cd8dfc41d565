import type { Assembled } from './app.ts';
import { errorCodeOf } from './core/errors.ts';
import type { Logger } from './core/logger.ts';
import type { Signer } from './core/signer.ts';
import type { ModbusProxy } from './device-asking.ts';
import type { RestServer } from './faces/rest/rest-server.ts';
import type { Database } from './storage/store-calls.ts';

/** Tasks get as long to end by themselves, and as long again to heed their signals. */
const drainMs = 1_000;

interface Running extends Assembled {
  readonly proxy: ModbusProxy | undefined;
  readonly rest: Pick<RestServer, 'close'>;
  readonly database: Database;
  readonly signer: Signer;
  readonly logger: Logger;
}

/** Ends what runs, commits what was read and closes the database. Never throws; answers what was lost. */
export async function stopGateway(running: Running): Promise<{ readonly readingsLost: number }> {
  const { scheduler, lifecycle, harvest, sources, sinks, finding, storage, control, access, cloud } = running;
  const { telemetry, jobs, alerts, discord, server, provisioning, proxy, rest, database, signer, logger } =
    running;
  lifecycle.live('stop');
  const attempt = async (what: string, step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      logger.error({ code: errorCodeOf(error) ?? 'unexpected', error }, `while stopping: ${what} failed`);
    }
  };
  // They need their time, and nothing else waits for them but the database.
  const jobsEnded = attempt('ending jobs', async () => await jobs.stop());
  const messagesEnded = attempt('ending messages', async () => await alerts.stop());
  await attempt('ending the bot', async () => await discord.stop());
  await attempt('ending commands of the cloud', async () => await cloud.stop());
  await attempt('putting the devices back', async () => {
    const notBack = await control.stop();
    if (notBack.length > 0)
      logger.warn({ controls: notBack }, 'some set points are put back at the next start');
  });
  await attempt('ending what runs', async () => {
    finding.close();
    const deaf = await scheduler.drain(drainMs);
    if (deaf.length > 0) logger.warn({ tasks: deaf }, 'some tasks did not end');
  });
  await attempt('closing the connections to devices and sources', async () => {
    harvest.fleet.close();
    await sources.close();
  });
  await attempt('closing the switch of the server', async () => await server.stop());
  await attempt('ending what is set up', async () => await provisioning.stop());
  await attempt('closing the Modbus proxy', async () => await proxy?.close());
  await attempt('closing the page and the API', async () => await rest.close());
  await attempt('closing the sinks', async () => await sinks.stop());
  await attempt('closing the uplinks', async () => await telemetry.stop());
  await attempt('writing who was refused', async () => await access.security.close());
  await jobsEnded;
  await messagesEnded;
  await attempt('the last commit', async () => await storage.commitAll());
  await attempt('closing the database', async () => await database.close());
  await attempt('closing the signer', async () => await signer.close());
  return { readingsLost: harvest.buffer.size };
}
