/** What a TLS server shows and proves. */
export interface TlsIdentity {
  /** PEM: its certificate, and those of its authorities behind it. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** SHA-256 of the certificate, 64 small hex digits. */
  readonly fingerprint: string;
  /** UTC epoch ms. */
  readonly endsMs: number;
  /** Nobody else vouches for it: who connects must know the fingerprint. */
  readonly isSelfMade: boolean;
}

/** Holds what the server shows, and follows when its files change or its end comes near. */
export interface TlsKeeper {
  readonly current: TlsIdentity;
  /** Whether there is another now. Errors: those of the files. */
  refresh(): Promise<boolean>;
}
