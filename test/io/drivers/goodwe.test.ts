import t from 'tap';
import { registersOf, type ControlWrite } from '../../../gateway/io/drivers/control-definition.ts';
import { goodwe } from '../../../gateway/io/drivers/goodwe.ts';

function written(writes: readonly ControlWrite[], setPoint: number): unknown[][] {
  return writes
    .flatMap(registersOf)
    .map(({ register, value }) => [register.address, typeof value === 'function' ? value(setPoint) : value]);
}

function controlOf(name: string): NonNullable<typeof goodwe.controls>[number] {
  const control = goodwe.controls?.find((each) => each.name === name);
  if (control === undefined) throw new RangeError(name);
  return control;
}

t.test('the battery is charged below zero, discharged above, and handed back', (t) => {
  const { set, revert } = controlOf('battery_power_w');
  t.strictSame(written(set, -2_500), [
    [47512, 2_500],
    [47511, 11],
  ]);
  t.strictSame(written(set, 3_000), [
    [47512, 3_000],
    [47511, 12],
  ]);
  t.strictSame(written(set, 0), [
    [47512, 0],
    [47511, 12],
  ]);
  t.strictSame(written(revert, 0), [
    [47511, 1],
    [47512, 0],
  ]);
  t.end();
});

t.test('the export limit is written before it is switched on', (t) => {
  const { set, revert } = controlOf('grid_export_limit_w');
  t.strictSame(written(set, 4_000), [
    [47510, 4_000],
    [47509, 1],
  ]);
  t.strictSame(written(revert, 0), [
    [47509, 'as_before'],
    [47510, 'as_before'],
  ]);
  t.end();
});
