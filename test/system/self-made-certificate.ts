import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SelfMadeCertificate {
  readonly key: string;
  /** PEM; its own authority. */
  readonly certificate: string;
  /** SHA-256, hex without colons. */
  readonly fingerprint: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** As in `DNS:device.test`; none unless said. */
  readonly alternativeName?: string;
}

/** A key and a certificate made by the openssl of this machine; undefined where there is none. */
export function makeCertificate({
  commonName,
  alternativeName,
}: CertificateOptions): SelfMadeCertificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'egw-certificate-'));
  const [keyPath, certificatePath] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  try {
    const made = spawnSync('openssl', [
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' '),
      ...['-keyout', keyPath, '-out', certificatePath],
      ...['-subj', `/CN=${commonName.replaceAll('/', String.raw`\/`)}`],
      ...(alternativeName === undefined ? [] : ['-addext', `subjectAltName=${alternativeName}`]),
    ]);
    if (made.status !== 0) return undefined;
    const certificate = readFileSync(certificatePath, 'utf8');
    const fingerprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
    return { key: readFileSync(keyPath, 'utf8'), certificate, fingerprint };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
