/** Minutes of the site's day, from 0 to 1 440; a window whose end is not after its start goes over midnight. */
export interface DayWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/**
 * What a job waits for. `carbon` and `price` choose the best time of what is left; the others say whether a time will
 * do at all. `surplus` and `own_export` must hold when it starts, `not_red` and `window` as long as it runs.
 */
export type WhenTerm =
  | { readonly kind: 'surplus' }
  | { readonly kind: 'carbon' }
  | { readonly kind: 'price' }
  | { readonly kind: 'own_export'; readonly watts: number }
  | { readonly kind: 'not_red' }
  | ({ readonly kind: 'window' } & DayWindow);

/** All of its terms at once, each kind at most once, except for windows: then the time must be in all of them. */
export type When = readonly WhenTerm[];
