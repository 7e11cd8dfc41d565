/** What the data directory stands on, as far as the machine tells. Neither throws nor waits. */
export interface StorageMedium {
  /** Bytes that this process has had written to block devices since it started; undefined where that is not counted. */
  writtenBytes(): number | undefined;
  /** Size of the file system; undefined when it cannot be asked. */
  capacityBytes(): number | undefined;
}
