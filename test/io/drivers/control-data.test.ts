import assert from 'node:assert';
import t from 'tap';
import type { ControlName } from '../../../gateway/core/control.ts';
import {
  registersOf,
  type ControlDefinition,
  type RevertValue,
  type SetValue,
  type WritableRegister,
} from '../../../gateway/io/drivers/control-definition.ts';
import { findDriver } from '../../../gateway/io/drivers/index.ts';
import type { WordOrder } from '../../../gateway/io/drivers/register-map.ts';

/** What goes to which register, in order, by hand from the manuals: `address: words`. */
const cases: {
  driver: string;
  control: ControlName;
  setPoint: number | 'revert';
  writes: string[];
}[] = [
  {
    driver: 'sungrow-hybrid',
    control: 'battery_power_w',
    setPoint: 1_500,
    writes: ['13051: 05DC', '13050: 00BB', '13049: 0002'],
  },
  {
    driver: 'sungrow-hybrid',
    control: 'battery_power_w',
    setPoint: -1_500,
    writes: ['13051: 05DC', '13050: 00AA', '13049: 0002'],
  },
  {
    driver: 'sungrow-hybrid',
    control: 'battery_power_w',
    setPoint: 0,
    writes: ['13051: 0000', '13050: 00CC', '13049: 0002'],
  },
  {
    driver: 'sungrow-hybrid',
    control: 'battery_power_w',
    setPoint: 'revert',
    writes: ['13050: 00CC', '13049: 0000'],
  },
  {
    driver: 'sungrow-hybrid',
    control: 'grid_export_limit_w',
    setPoint: 0,
    writes: ['13073: 0000', '13086: 00AA'],
  },
  {
    driver: 'sungrow-hybrid',
    control: 'grid_export_limit_w',
    setPoint: 'revert',
    writes: ['13086: as before', '13073: as before'],
  },
  {
    driver: 'huawei-hybrid',
    control: 'battery_power_w',
    setPoint: 2_000,
    writes: ['47247: 0000 0000', '47249: 0000 07D0', '47083: 001E', '47246: 0000', '47100: 0002'],
  },
  {
    driver: 'huawei-hybrid',
    control: 'battery_power_w',
    setPoint: -2_000,
    writes: ['47247: 0000 07D0', '47249: 0000 0000', '47083: 001E', '47246: 0000', '47100: 0001'],
  },
  {
    driver: 'huawei-hybrid',
    control: 'battery_power_w',
    setPoint: 'revert',
    writes: ['47100: 0000', '47247: 0000 0000', '47249: 0000 0000'],
  },
  {
    driver: 'huawei-sun2000',
    control: 'grid_export_limit_w',
    setPoint: 70_000,
    writes: ['47416: 0001 1170', '47415: 0006'],
  },
  {
    driver: 'huawei-sun2000',
    control: 'grid_export_limit_w',
    setPoint: 'revert',
    writes: ['47415: as before', '47416: as before'],
  },
  {
    driver: 'sofar',
    control: 'battery_power_w',
    setPoint: 1_000,
    writes: ['4484: 012C 0001', '4487: FFFF FC18 FFFF FC18 FFFF FC18', '4368: 0003'],
  },
  {
    driver: 'sofar',
    control: 'battery_power_w',
    setPoint: -2_000,
    writes: ['4484: 012C 0001', '4487: 0000 07D0 0000 07D0 0000 07D0', '4368: 0003'],
  },
  { driver: 'sofar', control: 'battery_power_w', setPoint: 'revert', writes: ['4368: 0000'] },
  { driver: 'huawei-sun2000', control: 'active_power_limit_pct', setPoint: 35, writes: ['40125: 015E'] },
  {
    driver: 'huawei-sun2000',
    control: 'active_power_limit_pct',
    setPoint: 'revert',
    writes: ['40125: 03E8'],
  },
  {
    driver: 'solaredge',
    control: 'battery_power_w',
    setPoint: 1_000,
    writes: [
      '57348: 0004',
      '57354: 0007',
      '57355: 0E10 0000',
      '57358: 0000 0000',
      '57360: 0000 447A',
      '57357: 0004',
    ],
  },
  {
    driver: 'solaredge',
    control: 'battery_power_w',
    setPoint: -1_000,
    writes: [
      '57348: 0004',
      '57354: 0007',
      '57355: 0E10 0000',
      '57358: 0000 447A',
      '57360: 0000 0000',
      '57357: 0003',
    ],
  },
  {
    driver: 'solaredge-us',
    control: 'battery_power_w',
    setPoint: 'revert',
    writes: ['57357: 0007', '57348: 0001'],
  },
  { driver: 'solaredge', control: 'active_power_limit_pct', setPoint: 40, writes: ['61441: 0028'] },
  { driver: 'solaredge', control: 'active_power_limit_pct', setPoint: 'revert', writes: ['61441: 0064'] },
  { driver: 'growatt', control: 'active_power_limit_pct', setPoint: 60, writes: ['3: 003C'] },
  { driver: 'growatt-tlx', control: 'active_power_limit_pct', setPoint: 'revert', writes: ['3: 0064'] },
];

for (const { driver, control, setPoint, writes } of cases) {
  t.test(`${driver} is told ${control} ${setPoint}`, (t) => {
    const definition = findDriver(driver);
    const found = definition?.controls?.find(({ name }) => name === control);
    assert(definition !== undefined && found !== undefined, `${driver} has ${control}`);
    t.strictSame(wordsOf(found, setPoint, definition.wordOrder), writes);
    t.end();
  });
}

function wordsOf(control: ControlDefinition, setPoint: number | 'revert', wordOrder: WordOrder): string[] {
  const writes = setPoint === 'revert' ? control.revert : control.set;
  return writes.map((write) => {
    const parts = registersOf<SetValue | RevertValue>(write);
    const words = parts.map(({ register, value }) => {
      if (value === 'as_before') return 'as before';
      return hexOf(register, typeof value === 'number' ? value : value(Number(setPoint)), wordOrder);
    });
    return `${parts[0]?.register.address ?? '?'}: ${words.join(' ')}`;
  });
}

function hexOf(register: WritableRegister, value: number, wordOrder: WordOrder): string {
  const bytes = Buffer.alloc(4);
  const raw = Math.round(value / (register.scale ?? 1));
  if (register.encoding === 'f32') bytes.writeFloatBE(value);
  else bytes.writeInt32BE(raw | 0);
  const [high, low] = [bytes.toString('hex', 0, 2), bytes.toString('hex', 2, 4)].map((word) =>
    word.toUpperCase(),
  );
  if (register.encoding === 'u16' || register.encoding === 's16') return low ?? '';
  return (register.wordOrder ?? wordOrder) === 'big' ? `${high} ${low}` : `${low} ${high}`;
}
