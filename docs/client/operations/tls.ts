// Made by scripts/make-client.mjs from what the commands declare.
type TlsShowInput = Record<string, never>;

interface TlsShowOutput {
  encryption: {
    /** null: it does not listen there yet */
    port: number | null;
    /** SHA-256 of the certificate, hex: compare it, or pin it */
    fingerprint: string;
    endsMs: number;
    /** Whether nobody but the fingerprint vouches for it */
    selfMade: boolean;
  } | null;
}

export interface TlsOperations {
  /** Whether the page and the API are encrypted, and the fingerprint of the certificate. Needs the scope read. */
  'tls.show': { input: TlsShowInput; output: TlsShowOutput };
}
