/** What one bounded step of deleting did, and whether there is more to delete. */
export interface Pruned {
  readonly rows: number;
  readonly remaining: boolean;
}
