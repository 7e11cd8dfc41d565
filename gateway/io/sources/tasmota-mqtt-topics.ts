import { GatewayError } from '../../core/errors.ts';

/** `cmnd`: what we ask; `stat`: what it answers; `tele`: what it says by itself. */
export type TasmotaPrefix = 'cmnd' | 'stat' | 'tele';

/** The topic of one device for what is said of it: `tele`, `SENSOR` is tele/tasmota_1A2B3C/SENSOR. */
export type TasmotaTopics = (prefix: TasmotaPrefix, name: string) => string;

/**
 * Topics by the device's own template (tasmota.github.io/docs/MQTT, “FullTopic”). Errors: `config_invalid` for a
 * template without %prefix%, where asking and answering would be the same, or with what only the device can fill in.
 */
export function tasmotaTopics(template: string, topic: string): TasmotaTopics {
  if (!template.includes('%prefix%')) throw invalid('has no %prefix%', 'write it as %prefix%/%topic%/');
  const [unknown] = /%(?!prefix%|topic%)[a-z]+%/.exec(template.replaceAll(/%(prefix|topic)%/g, '')) ?? [];
  if (unknown !== undefined)
    throw invalid(
      `has ${unknown} in it`,
      'write what the device has there: its console shows it with FullTopic',
    );
  const base = template.replace(/\/*$/, '/');
  return (prefix, name) =>
    base.replaceAll('%prefix%', () => prefix).replaceAll('%topic%', () => topic) + name;
}

function invalid(what: string, hint: string): GatewayError {
  return new GatewayError('config_invalid', `the setting fullTopic ${what}`, {
    hint,
    facts: { option: 'fullTopic' },
  });
}
