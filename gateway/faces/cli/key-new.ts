import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describeError, GatewayError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { OfflineCommand } from './cli-run.ts';
import { clientKeyId, publicKeyOf } from './client-key.ts';

/** Makes a key pair for signing requests. The private part stays in the file, and is shown nowhere. */
export const keyNew: OfflineCommand = {
  verb: 'key new',
  summary: 'Makes a key for signing requests, in a new file, and shows its public part',
  usage: 'FILE',
  run: ({ argv, json, io }) => {
    const [file, ...more] = argv;
    if (file === undefined || file.startsWith('-') || more.length > 0) {
      throw new GatewayError('command_unknown', 'name one FILE to write', { hint: 'egw key new FILE' });
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    write(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const publicKey = publicKeyOf(privateKey);
    const id = clientKeyId(publicKey);
    io.stdout.write(
      json
        ? `${JSON.stringify({ file, id, publicKey })}\n`
        : `${publicKey}\n\nLet it in at the gateway: egw key add ${publicKey} --scope read\nUse it with: --key ${file}, or EGW_KEY\n`,
    );
    return Promise.resolve(exitCodes.ok);
  },
};

/** Never over another key, which would be lost. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw isThere
      ? new GatewayError('already_exists', `there is a file ${file}`, { hint: 'give another name', cause })
      : new GatewayError('input_invalid', `cannot write ${file}: ${describeError(cause)}`, {
          hint: 'choose a folder that you may write to',
          cause,
        });
  }
}
