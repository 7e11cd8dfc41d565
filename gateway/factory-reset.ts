import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataDirectory } from './config/data-directory.ts';
import { errorCodeOf, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { createGatewayClient } from './faces/cli/gateway-client.ts';
import { readResetMarker, resetMarkerName, writeResetMarker } from './features/provisioning/reset-marker.ts';
import { SetupCode, setupCodeName } from './features/provisioning/setup-code.ts';
import { takeInstanceLock } from './storage/instance-lock.ts';
import { eraseFolder } from './system/erase-folder.ts';
import { realDisk } from './system/real-disk.ts';

/** Who the gateway is stays: its key, or what stands for one. */
const keptNames = ['identity.pem', 'identity-unsigned.txt', 'egw.lock', resetMarkerName];
const usage = '--yes';

/** What a reset has come to. */
export interface Erased {
  readonly by: string;
  /** What could not be removed, for people. */
  readonly left: readonly string[];
}

/**
 * Goes on with a reset that was asked for: everything in the data directory goes, but the key and the code of a label.
 * To be called before anything in it is opened; while the mark is there, each start does it again. Undefined where
 * nobody has asked. Errors: `data_dir_in_use data_dir_unusable folder_unusable`.
 */
export function eraseForReset(directory: string): Erased | undefined {
  const marker = readResetMarker(realDisk, directory);
  if (marker === undefined) return undefined;
  refuseForeign(directory);
  const lock = takeInstanceLock(directory);
  try {
    const left = eraseFolder(directory, new Set([...keptNames, ...labelFile(directory)]));
    return { by: marker.by, left: left.map((what) => `after a reset this is left: ${what}`) };
  } finally {
    lock.release();
  }
}

function labelFile(directory: string): readonly string[] {
  const kept = realDisk.readText(join(directory, setupCodeName));
  if (kept === undefined) return [];
  const disk = { ...realDisk, readText: () => kept, writeText: () => undefined };
  return new SetupCode({ disk, path: setupCodeName }).isOnLabel ? [setupCodeName] : [];
}

/** A folder with more in it than a gateway's own must not be emptied for one. Errors: `folder_unusable`. */
function refuseForeign(directory: string): void {
  const folder = resolve(directory);
  if (folder !== '/' && folder !== resolve(homedir())) return;
  throw new GatewayError('folder_unusable', `the data directory is ${folder}: it is not emptied`, {
    hint: `remove ${join(folder, resetMarkerName)}, and what is the gateway's, by hand`,
  });
}

/** Asks the gateway that runs; where none does, it is done here, and its next start ends it. */
export async function runFactoryReset({
  argv,
  json,
  environment,
  io,
}: Parameters<OfflineCommand['run']>[0]): Promise<number> {
  if (argv.length !== 1 || argv[0] !== usage) {
    throw new GatewayError('command_unknown', 'everything but the key of the gateway would be gone', {
      hint: `say --yes if that is what you want: egw factory-reset ${usage}`,
    });
  }
  const isAsked = await askRunning(environment);
  if (!isAsked) resetHere(dataDirectory({}, environment));
  const next = isAsked
    ? 'the gateway starts again now, as on its first day'
    : 'done; its next start is as the first, and forgets the wireless networks';
  io.stdout.write(json ? `${JSON.stringify({ restarts: isAsked })}\n` : `${next}\n`);
  return exitCodes.ok;
}

/** False where no gateway runs. */
async function askRunning(environment: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  // The one of this machine, wherever others are asked.
  const client = createGatewayClient({}, { ...environment, EGW_URL: undefined });
  try {
    const { body } = await client.ask({ method: 'GET', path: '/api/v1/provisioning/gateway' });
    const { gatewayId } = body as { readonly gatewayId?: string };
    const path = '/api/v1/provisioning/factory-reset';
    const answer = await client.ask({ method: 'POST', path, body: { gatewayId } });
    if (answer.status < 400) return true;
    const { detail, hint } = answer.body as { readonly detail?: string; readonly hint?: string };
    throw new GatewayError('service_failed', detail ?? `the gateway answered ${answer.status}`, {
      hint: hint ?? 'stop it, and say the same again',
    });
  } catch (error) {
    if (errorCodeOf(error) === 'gateway_unreachable') return false;
    throw error;
  }
}

function resetHere(directory: string): void {
  refuseForeign(directory);
  // A gateway that runs and does not answer holds it.
  takeInstanceLock(directory).release();
  writeResetMarker(realDisk, directory, { by: 'local' });
  const left = eraseForReset(directory)?.left ?? [];
  if (left.length === 0) return;
  throw new GatewayError('data_dir_unusable', left.join('; '), {
    hint: 'let this user write there, and say the same again',
  });
}
