import type { CardFacts } from './card-facts.ts';
import type { CardLine, HomeCard } from './card.ts';
import { formatFixed, formatTime } from './format.ts';

const systemWords: Readonly<Record<string, string>> = {
  AutoWithReset: 'automatic, all rooms back to their schedules',
  AutoWithEco: 'economy',
  Away: 'away',
  DayOff: 'day off',
  DayOffWithEco: 'day off, economy',
  HeatingOff: 'heating off',
  Custom: 'custom',
};
/** Nothing is to be said of the ordinary. */
const ordinary = 'Auto';

const temperature = (value: number): string => formatFixed(value, 1, '°C');

/** The rooms and the hot water: what they have, what they are set to, and why. */
export function roomsCards(facts: CardFacts): readonly HomeCard[] {
  const rooms = facts
    .saying('room_temperature_c', 'room_set_point_c')
    .map((device) => roomLine(facts, device));
  const waters = facts
    .saying('hot_water_temperature_c', 'hot_water_on')
    .map((device) => waterLine(facts, device));
  const lines = [...rooms, ...waters];
  if (lines.length === 0) return [];
  const note = systemNote(facts, new Set(lines.map(({ id }) => id)));
  return [{ id: 'rooms', title: 'Rooms', lines, note }];
}

function roomLine(facts: CardFacts, device: string): CardLine {
  const wanted = facts.value(device, 'room_set_point_c');
  const words = [
    wanted === null ? '' : `set to ${temperature(wanted)}`,
    modeWords(facts, device, 'set_point'),
    faultWords(facts, device),
  ];
  return {
    id: device,
    name: facts.nameOf(device),
    ...facts.measured(device, 'room_temperature_c', temperature),
    detail: joined(words),
  };
}

function waterLine(facts: CardFacts, device: string): CardLine {
  const isOn = facts.value(device, 'hot_water_on');
  const words = [
    isOn === null ? '' : isOn > 0 ? 'on' : 'off',
    modeWords(facts, device, 'hot_water'),
    faultWords(facts, device),
  ];
  return {
    id: device,
    name: facts.nameOf(device),
    ...facts.measured(device, 'hot_water_temperature_c', temperature),
    detail: joined(words),
  };
}

function modeWords(facts: CardFacts, device: string, what: 'set_point' | 'hot_water'): string {
  const mode = facts.text(device, `${what}_mode`);
  switch (mode) {
    case 'FollowSchedule':
      return 'by schedule';
    case 'PermanentOverride':
      return 'by hand, for good';
    case 'TemporaryOverride':
      return `by hand${untilWords(facts, facts.text(device, `${what}_until`))}`;
    default:
      return mode ?? '';
  }
}

function untilWords({ nowMs, zone }: CardFacts, until: string | undefined): string {
  const untilMs = Date.parse(until ?? '');
  return Number.isNaN(untilMs) ? '' : `, until ${formatTime(untilMs, nowMs, zone)}`;
}

function faultWords(facts: CardFacts, device: string): string {
  return (facts.value(device, 'fault_count') ?? 0) > 0
    ? `fault: ${plainWords(facts.text(device, 'faults') ?? 'see its app')}`
    : '';
}

/** `TempZoneSensorLowBattery` is `temp zone sensor low battery`. */
function plainWords(words: string): string {
  return words.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** The modes of the systems, and what ails them and their gateways. */
function systemNote(facts: CardFacts, shown: ReadonlySet<string>): string {
  const modes = facts.wording('system_mode').flatMap((device) => {
    const mode = facts.text(device, 'system_mode') ?? ordinary;
    const until = untilWords(facts, facts.text(device, 'system_until'));
    return mode === ordinary ? [] : [`Mode: ${systemWords[mode] ?? mode}${until}`];
  });
  const faults = facts.saying('fault_count').filter((device) => !shown.has(device));
  return joined([...modes, ...faults.map((device) => faultWords(facts, device))]);
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(', ');
}
