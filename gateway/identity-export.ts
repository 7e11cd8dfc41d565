import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDirectory } from './config/data-directory.ts';
import { describeError, GatewayError } from './core/errors.ts';
import { exitCodes } from './core/exit-codes.ts';
import { silentLogger } from './core/logger.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { gatewayIdOf } from './features/identity/gateway-name.ts';
import { openSigner } from './identity-keeping.ts';
import { realDisk } from './system/real-disk.ts';

const keyFile = 'identity.pem';
const usage = 'FILE --yes';

/**
 * Copies the private key out of the data directory. It is the one way that it can leave: no face of a running gateway
 * gives it to anybody, whatever he may do otherwise.
 */
export const identityExport: OfflineCommand = {
  verb: 'identity export',
  summary: 'Copies the private key of the gateway to a file: whoever has it can be this gateway',
  usage,
  run: async ({ argv, json, environment, io }) => {
    const target = targetOf(argv);
    const source = join(dataDirectory({}, environment), keyFile);
    const text = realDisk.readText(source);
    if (text === undefined) throw noKey(source);
    const id = await idOf(source, text);
    realDisk.writeText(target, text, 0o600);
    io.stdout.write(
      json
        ? `${JSON.stringify({ id, file: target })}\n`
        : `the key of ${id} is in ${target}: keep it where nobody else can read it\n`,
    );
    return exitCodes.ok;
  },
};

function targetOf(argv: readonly string[]): string {
  const { positionals, values } = parsed(argv);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw wrongCall('name one FILE to write');
  if (values.yes !== true) {
    throw wrongCall('whoever has this file can sign as the gateway: say --yes if that is what you want');
  }
  const target = resolve(name);
  if (!existsSync(target)) return target;
  throw new GatewayError('already_exists', `there is a file ${target}`, { hint: 'give another name' });
}

function parsed(argv: readonly string[]): { positionals: string[]; values: { yes?: boolean } } {
  try {
    return parseArgs({ args: [...argv], options: { yes: { type: 'boolean' } }, allowPositionals: true });
  } catch (cause) {
    throw wrongCall(describeError(cause), cause);
  }
}

/** A copy that cannot be used is found now, and not when it is needed. Errors: `identity_damaged`. */
async function idOf(path: string, text: string): Promise<string> {
  const unavailable = (): never => {
    throw new GatewayError('signer_unavailable', 'a key in a file needs nothing else');
  };
  const signer = await openSigner(
    { features: {} },
    {
      disk: { ...realDisk, readText: () => text },
      // Whoever could read it may copy it: root, for another user.
      fileAccess: () => ({ mode: 0o600, isOurs: true }),
      logger: silentLogger,
      dataDirectory: join(path, '..'),
      openI2cBus: unavailable,
      pause: unavailable,
      randomBytes: unavailable,
    },
  );
  return gatewayIdOf(signer.publicKey);
}

function noKey(path: string): GatewayError {
  return new GatewayError('not_found', `there is no key file ${path}`, {
    hint: 'set EGW_DATA_DIR to the data directory of the gateway; the key of a chip cannot leave it',
  });
}

function wrongCall(what: string, cause?: unknown): GatewayError {
  return new GatewayError('command_unknown', what, { hint: `egw identity export ${usage}`, cause });
}
