export interface DatabaseOptions {
  /** The data directory; the database in it is `egw.db`. */
  readonly directory: string;
  /** The site's IANA zone: whose days are rolled up. */
  readonly zone: string;
  /** The wall clock now: it numbers a new database. */
  readonly nowMs: number;
  /** What the database may take; a share of its disk when absent. */
  readonly quotaBytes?: number;
  /** What the file that keeps room for a full disk takes at most. */
  readonly ballastBytesMax?: number;
  /** Where a copy goes that is read while the directory cannot be used; usual places when absent. */
  readonly temporaryDirectories?: readonly string[];
  /** It stands in for one that cannot be used: it is only read. */
  readonly isStandIn?: boolean;
}
