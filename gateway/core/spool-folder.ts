/** `given`: what others put there. `claimed`: what is ours alone, and not done with. `done` and `rejected`: ended. */
export type SpoolPlace = 'given' | 'claimed' | 'done' | 'rejected';

/** What a name in a spool stands for, looked at without following or waiting for anything. */
export type SpoolFile =
  /** There is none, any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'folder' }
  /** `version` is another as soon as anything of it has changed. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly version: string }
  /** It cannot be read as it is, which may change. */
  | { readonly kind: 'unready'; readonly reason: string; readonly version: string }
  /** A link, a pipe, a device, somebody else's, or too long: it can never be taken. */
  | { readonly kind: 'unfit'; readonly reason: string };

export interface SpoolRejection {
  /** As it is called among the rejected. */
  readonly name: string;
  readonly reason: string;
  /** UTC epoch ms. */
  readonly atMs: number;
}

/**
 * A folder that others put files into, and where they go from there. A file is claimed by a rename, so that it is
 * taken by one alone, and is at any moment in exactly one place. `system/` gives the real one, `sim/` the virtual one.
 * Errors, unless said: those of node:fs.
 */
export interface SpoolFolder {
  /** Where it is; absolute. */
  readonly path: string;
  /**
   * Makes what is missing, for its owner only, and looks who else may write there. Answers why it is not to be used,
   * for people; undefined when it may be. To be asked before each look.
   */
  open(): Promise<string | undefined>;
  /** Names of what is there but folders and what is hidden, in no order; of more than `namesMax` any. */
  list(place: 'given' | 'claimed', namesMax: number): Promise<readonly string[]>;
  read(place: 'given' | 'claimed', name: string): Promise<SpoolFile>;
  /** On disk when it returns. False: it is not there any more. */
  claim(name: string, claimedName: string): Promise<boolean>;
  /** Puts a claimed one where it belongs, by a name that is not taken yet. With a reason that is written beside it. */
  finish(claimedName: string, end: SpoolEnd): Promise<void>;
  /** What is known of those that were rejected: the newest first. */
  rejections(rowsMax: number): Promise<readonly SpoolRejection[]>;
}

export type SpoolEnd =
  | { readonly place: 'done'; readonly name: string }
  | { readonly place: 'rejected'; readonly name: string; readonly reason: string };
