import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

export interface SelfMadeRequest {
  /** Host names and addresses that it is for. */
  readonly names: readonly string[];
  readonly nowMs: number;
}

/** Before any gateway was made: a clock that is wrong at the first start must not make one that holds from tomorrow on. */
const startsMs = Date.UTC(2024, 0, 1);
const lifeMs = 3_650 * 86_400_000;

/**
 * A certificate that vouches for itself: P-256, which all browsers take (of Ed25519 they take none), for ten years, so
 * that who knows its fingerprint knows it for as long. Both parts as PEM.
 */
export async function makeSelfMadeCertificate({
  names,
  nowMs,
}: SelfMadeRequest): Promise<{ readonly certificate: string; readonly key: string }> {
  // 20 MB that nobody needs who has no such certificate, or has one already.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex'),
      name: [{ CN: ['eGW energy gateway'] }],
      notBefore: new Date(startsMs),
      notAfter: new Date(Math.max(nowMs, startsMs) + lifeMs),
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
      ],
    },
    webcrypto,
  );
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    certificate: new X509Certificate(Buffer.from(made.rawData)).toString(),
    key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  };
}
