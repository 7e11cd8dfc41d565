/** What pairing gave this browser. */
export interface Access {
  readonly token: string;
  /** Of the token, to remove it at the gateway when signing out. */
  readonly id: string | undefined;
}

const key = 'egw.access';

/** undefined when this browser has none, or may keep none. */
export function readAccess(storage: Storage): Access | undefined {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? 'null') as Partial<Access> | null;
    if (typeof kept?.token !== 'string' || kept.token === '') return undefined;
    return { token: kept.token, id: typeof kept.id === 'string' ? kept.id : undefined };
  } catch {
    return undefined;
  }
}

/** A browser that keeps nothing still works until it is closed. */
export function keepAccess(storage: Storage, access: Access | undefined): void {
  try {
    if (access === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(access));
  } catch {
    // Storage is switched off or full.
  }
}
