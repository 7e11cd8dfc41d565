import * as all from './all.ts';
import type { TariffKind } from './tariff.ts';

/** Every kind of tariff that is built in. */
export const tariffKinds: readonly TariffKind[] = Object.values(
  all satisfies Readonly<Record<string, TariffKind>>,
);
