import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Disk } from '../core/disk.ts';
import { describeError, GatewayError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { TlsIdentity, TlsKeeper } from '../core/tls-identity.ts';
import { makeSelfMadeCertificate } from './self-made-certificate.ts';

export interface TlsKeeperParts {
  /** PEM files, absolute or seen from the directory; without them the certificate is self-made. */
  readonly files?: { readonly certificate: string; readonly key: string };
  /** Where the self-made one is kept. */
  readonly directory: string;
  readonly disk: Disk;
  readonly clock: Pick<Clock, 'wall'>;
  readonly logger: Logger;
  /** Host names and addresses that a self-made one is for. */
  readonly names: () => readonly string[];
}

const fileName = 'tls.pem';
const renewedBeforeMs = 90 * 86_400_000;

/**
 * Takes the certificate of the user, or makes one on first use and again before its end. Errors: `certificate_invalid`
 * for files that are missing, or are no certificate and its key; `data_dir_unusable`.
 */
export async function openTlsKeeper(parts: TlsKeeperParts): Promise<TlsKeeper> {
  const { files } = parts;
  const read = async (): Promise<TlsIdentity> =>
    files === undefined ? await selfMade(parts) : ofUser(files, parts);
  let current = await read();
  return {
    get current() {
      return current;
    },
    refresh: async () => {
      const before = current.fingerprint;
      current = await read();
      return current.fingerprint !== before;
    },
  };
}

function ofUser(
  files: { readonly certificate: string; readonly key: string },
  parts: TlsKeeperParts,
): TlsIdentity {
  const textOf = (path: string): string => {
    const whole = isAbsolute(path) ? path : join(parts.directory, path);
    const text = readOrRefuse(whole, parts.disk);
    if (text === undefined) throw unusable(whole, 'is not there');
    return text;
  };
  return identityOf(
    { certificate: textOf(files.certificate), key: textOf(files.key), isSelfMade: false },
    files,
  );
}

async function selfMade(parts: TlsKeeperParts): Promise<TlsIdentity> {
  const { directory, disk, clock, logger, names } = parts;
  const path = join(directory, fileName);
  const kept = keptIdentity(path, parts);
  if (kept !== undefined && kept.endsMs - clock.wall() > renewedBeforeMs) return kept;
  const made = await makeSelfMadeCertificate({ names: names(), nowMs: clock.wall() });
  disk.writeText(path, made.key + made.certificate, 0o600);
  const identity = identityOf({ ...made, isSelfMade: true }, { certificate: path, key: path });
  logger.info(
    { file: path, fingerprint: identity.fingerprint },
    'a certificate was made for the page and the API',
  );
  return identity;
}

/** What cannot be read any more is made anew: nobody can connect by it either. */
function keptIdentity(path: string, { disk, logger }: TlsKeeperParts): TlsIdentity | undefined {
  try {
    const text = readOrRefuse(path, disk);
    if (text === undefined) return undefined;
    return identityOf({ certificate: text, key: text, isSelfMade: true }, { certificate: path, key: path });
  } catch (error) {
    logger.error({ file: path }, `the certificate is made anew: ${describeError(error)}`);
    return undefined;
  }
}

function readOrRefuse(path: string, disk: Disk): string | undefined {
  try {
    return disk.readText(path);
  } catch (cause) {
    throw unusable(path, 'cannot be read', cause);
  }
}

function identityOf(
  pem: Pick<TlsIdentity, 'certificate' | 'key' | 'isSelfMade'>,
  paths: { readonly certificate: string; readonly key: string },
): TlsIdentity {
  const certificate = parsed(
    paths.certificate,
    'is no certificate',
    () => new X509Certificate(pem.certificate),
  );
  const key = parsed(paths.key, 'is no private key, or is encrypted', () => createPrivateKey(pem.key));
  if (!certificate.checkPrivateKey(key)) throw unusable(paths.key, `is not the key of ${paths.certificate}`);
  return {
    ...pem,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    endsMs: Date.parse(certificate.validTo),
  };
}

function parsed<Value>(path: string, what: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw unusable(path, what, cause);
  }
}

function unusable(path: string, what: string, cause?: unknown): GatewayError {
  return new GatewayError('certificate_invalid', `${path} ${what}`, {
    hint: 'http.tls.certificate and http.tls.key name files in PEM that belong together; without both the gateway makes its own',
    ...(cause !== undefined && { cause }),
  });
}
