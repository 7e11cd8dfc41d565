import { GatewayError } from '../../../core/errors.ts';

/** Whole micro-euros per kWh. Errors: `config_invalid` names the setting where there is none. */
export function microEuros(eurosPerKwh: number | undefined, setting: string): number {
  if (eurosPerKwh !== undefined) return Math.round(eurosPerKwh * 1_000_000);
  throw new GatewayError('config_invalid', `the tariff has no ${setting}`, {
    hint: `set it, in euros per kWh: egw config set tariff.${setting} 0.2`,
    facts: { setting: `tariff.${setting}` },
  });
}
