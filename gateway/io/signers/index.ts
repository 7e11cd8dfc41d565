import * as all from './all.ts';
import type { SignerDefinition } from './signer.ts';

export const signers: readonly SignerDefinition[] = Object.values(
  all satisfies Record<string, SignerDefinition>,
);
