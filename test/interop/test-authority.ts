import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** A certificate with its key, both PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface LeafOptions {
  /** DNS names, or addresses. */
  readonly names: readonly string[];
  /** Days from now; yesterday to in a week unless said. */
  readonly fromDays?: number;
  readonly untilDays?: number;
}

/** An authority for tests, made anew each time: its key is nowhere else. */
export class TestAuthority {
  readonly #certificate: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate;
    this.#keys = keys;
  }

  static async make(name: string, issuer?: TestAuthority): Promise<TestAuthority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: randomBytes(8).toString('hex'),
      subject: `CN=${name}`,
      issuer: issuer?.subject ?? `CN=${name}`,
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + 7 * dayMs),
      publicKey: keys.publicKey,
      signingKey: issuer?.signingKey ?? keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new TestAuthority(certificate, keys);
  }

  get pem(): string {
    return this.#certificate.toString('pem');
  }

  get subject(): string {
    return this.#certificate.subject;
  }

  get signingKey(): webcrypto.CryptoKey {
    return this.#keys.privateKey;
  }

  async issue({ names, fromDays = -1, untilDays = 7 }: LeafOptions): Promise<IssuedCertificate> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.create({
      serialNumber: randomBytes(8).toString('hex'),
      subject: `CN=${names[0] ?? 'nobody'}`,
      issuer: this.subject,
      notBefore: new Date(Date.now() + fromDays * dayMs),
      notAfter: new Date(Date.now() + untilDays * dayMs),
      publicKey: keys.publicKey,
      signingKey: this.signingKey,
      signingAlgorithm: algorithm,
      extensions: [
        new SubjectAlternativeNameExtension(
          names.map((name) => ({ type: /^[\d.]+$/.test(name) ? 'ip' : 'dns', value: name })),
        ),
        await AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
  }

  /** Its own certificate, as a server would show it that nobody vouches for. */
  async itself(): Promise<IssuedCertificate> {
    return { certificate: this.pem, key: await privatePem(this.#keys) };
  }
}

async function privatePem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const key = KeyObject.from(privateKey);
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
