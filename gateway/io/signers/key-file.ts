import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { SignerPorts } from './signer.ts';

type FilePorts = Pick<SignerPorts, 'disk' | 'fileAccess'>;

/**
 * The text of a key file that nobody else can have read or written; undefined where there is none. What a power cut
 * leaves of one that was being made is `<path>.tmp`, which is no key yet. Errors: `identity_damaged`.
 */
export function readKeyFile(path: string, { disk, fileAccess }: FilePorts): string | undefined {
  const text = readable(path, disk);
  const access = fileAccess(path);
  if (text === undefined || access === undefined) return undefined;
  if (!access.isOurs) {
    throw keyFileDamaged(path, 'belongs to another user', {
      hint: `chown it to the user that the gateway runs as, if it is yours: otherwise the key is known to somebody else`,
    });
  }
  if ((access.mode & 0o077) !== 0) {
    throw keyFileDamaged(path, `may be used by others: its mode is 0${access.mode.toString(8)}`, {
      hint: 'chmod 600 it, if nobody else has read it',
    });
  }
  return text;
}

/** The key file is not to be used. It is left as it is: a new key would be another gateway. */
export function keyFileDamaged(
  path: string,
  what: string,
  detail: { readonly hint?: string; readonly cause?: unknown } = {},
): GatewayError {
  const {
    hint = 'put the copy back that egw identity export made; removing the file makes this another gateway',
  } = detail;
  return new GatewayError('identity_damaged', `the key file ${path} ${what}`, {
    hint,
    cause: detail.cause,
    facts: { file: path },
  });
}

function readable(path: string, disk: FilePorts['disk']): string | undefined {
  try {
    return disk.readText(path);
  } catch (cause) {
    if (errorCodeOf(cause) === undefined) throw cause;
    throw keyFileDamaged(path, `cannot be read: ${describeError(cause)}`, { cause });
  }
}
