/**
 * A link to a gateway that is being set up, whoever made it: a browser (Web Bluetooth), noble, or a test. Browser-safe.
 */
export interface SetupLink {
  /** What one write to the inbox may carry: 20 to 512 bytes. */
  readonly fragmentBytesMax: number;
  /** The characteristic `facts`: 20 bytes. Rejects when the link is lost. */
  readFacts(): Promise<Uint8Array>;
  /** One fragment to the inbox; resolves when the gateway has it. Rejects when the link is lost. */
  write(fragment: Uint8Array): Promise<void>;
  /** Each fragment of the outbox, in order. One listener. */
  onFragment(listener: (fragment: Uint8Array) => void): void;
  /** Once, when the link is lost or was closed. */
  onLost(listener: () => void): void;
  close(): Promise<void>;
}
