import { limits } from '../../core/limits.ts';
import type { AdmitNewcomer } from '../newcomer.ts';
import { parsePublicKey } from '../public-key.ts';
import type { ClientKeyRegister } from './client-key-register.ts';
import { clientKeyText } from './client-key-text.ts';
import type { TokenRegister } from './token-register.ts';

export function createAdmission({
  tokens,
  keys,
}: {
  readonly tokens: Pick<TokenRegister, 'create'>;
  readonly keys: Pick<ClientKeyRegister, 'add'>;
}): AdmitNewcomer {
  return ({ label, publicKey }) => {
    const key = publicKey === undefined ? undefined : parsePublicKey(clientKeyText(publicKey)).text;
    return async (scopes) => {
      const wanted = { label, scopes, lifeMs: limits.tokenLifeMsDefault };
      if (key === undefined) {
        const { token, secret } = await tokens.create(wanted);
        return { ...factsOf(token), token: secret };
      }
      return { ...factsOf(await keys.add({ ...wanted, publicKey: key })), publicKey: key };
    };
  };
}

interface Facts {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdMs: number;
  readonly expiresMs: number;
}

function factsOf({ id, label, scopes, createdMs, expiresMs }: Facts): Facts & { readonly scopes: string[] } {
  return { id, label, scopes: [...scopes], createdMs, expiresMs };
}
