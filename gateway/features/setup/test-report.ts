import type { SourceAnswer } from '../../io/sources/source.ts';
import type { SetupTest } from './setup-questions.ts';

/** What a service said, in one sentence for who has just named it. */
export function testReport(test: SetupTest, answer: SourceAnswer): string {
  switch (test) {
    case 'meter':
      return meterReport(answer);
    case 'weather-key':
      return 'The key is let in.';
    case 'weather-place':
      return weatherReport(answer);
    case 'thermostats':
      return thermostatReport(answer);
  }
}

function meterReport(answer: SourceAnswer): string {
  const powerW = valueOf(answer, 'grid_power_w');
  if (powerW === undefined)
    return 'The device answers, but it says no power of the grid: is it the P1 meter?';
  const direction = powerW < 0 ? 'to the grid' : 'from the grid';
  return `The meter answers: ${Math.abs(Math.round(powerW))} W ${direction} now.`;
}

function weatherReport(answer: SourceAnswer): string {
  const temperatureC = valueOf(answer, 'outdoor_temperature_c');
  return temperatureC === undefined
    ? 'The weather service answers, but it knows no temperature there.'
    : `There it is ${rounded(temperatureC).toFixed(1)} °C now.`;
}

function thermostatReport(answer: SourceAnswer): string {
  const parts = [...answer.values, ...answer.texts].map(({ part = '' }) => part);
  const rooms = new Set(parts.filter((part) => part.startsWith('zone-'))).size;
  const names = answer.texts.filter(
    ({ quantity, part }) => quantity === 'name' && part?.startsWith('location-'),
  );
  const homes = names.map(({ text }) => text).join(', ');
  return `Logged in: ${rooms} ${rooms === 1 ? 'room' : 'rooms'}${homes === '' ? '' : ` in ${homes}`}.`;
}

function valueOf({ values }: SourceAnswer, quantity: string): number | undefined {
  const value = values.find((one) => one.quantity === quantity && one.part === undefined)?.value;
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** To tenths; never −0. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10 || 0;
}
