import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { EvohomeReader } from './evohome-reader.ts';
import { textOption } from './option-values.ts';
import type { SourceDefinition } from './source.ts';

const minuteMs = 60_000;

const options: OptionFields = {
  username: {
    type: 'text',
    description: 'The e-mail address that the Total Connect Comfort app logs in with.',
    min: 1,
    max: 200,
    environment: ['EVOHOME_USERNAME', 'EVOHOME_EMAIL'],
  },
  password: {
    type: 'text',
    description: 'The password that the Total Connect Comfort app logs in with.',
    min: 1,
    max: 200,
    isSecret: true,
    environment: ['EVOHOME_PASSWORD'],
  },
  baseUrl: {
    type: 'text',
    description: 'Where the service is; https://tccna.honeywell.com is its older name.',
    default: 'https://tccna.resideo.com',
    max: 500,
  },
};

/** Evohome, Round Thermostat and VisionPro of Europe: rooms, hot water and the system's mode, from the maker's cloud. */
export const evohome: SourceDefinition = {
  id: 'evohome',
  title: 'Honeywell Evohome: rooms, set points, hot water',
  source: 'Total Connect Comfort EMEA API v2, as github.com/zxdavb/evohome-async reads it; 2026-08',
  options,
  // Faster than once in five minutes has locked accounts out.
  pace: { periodMs: 5 * minuteMs, periodMsMin: minuteMs, timeoutMs: 60_000 },
  lane: (values) => baseUrlOf(values).host,
  open: (values, ports) => {
    const username = textOption(values, 'username');
    const password = textOption(values, 'password');
    for (const [option, text] of Object.entries({ username, password })) {
      if (!text.isWellFormed() || /\p{Cc}/u.test(text)) throw unusual(option);
    }
    return new EvohomeReader({ baseUrl: baseUrlOf(values), username, password }, ports);
  },
};

function baseUrlOf(values: OptionValues): BaseUrl {
  return new BaseUrl('baseUrl', textOption(values, 'baseUrl'));
}

function unusual(option: string): GatewayError {
  return new GatewayError('config_invalid', `the setting ${option} holds a character that cannot be typed`, {
    hint: 'look for the end of a line in it',
    facts: { option },
  });
}
