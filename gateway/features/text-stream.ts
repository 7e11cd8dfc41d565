/**
 * An answer that is too long to be one value: text in parts, each made when the one before it has been taken, so
 * that its length costs no memory. Whoever takes them may stop at any part. An error in the middle ends the
 * transfer as broken, never as complete.
 */
export interface TextStream {
  readonly contentType: string;
  /** What it may be saved as. */
  readonly fileName: string;
  readonly parts: AsyncIterable<string>;
}
