import assert from 'node:assert';
import t from 'tap';
import {
  registersOf,
  type ControlDefinition,
  type ControlWrite,
} from '../../../../gateway/io/drivers/control-definition.ts';
import { discoverSunspec } from '../../../../gateway/io/drivers/sunspec/discover.ts';
import { sunspec } from '../../../../gateway/io/drivers/sunspec.ts';
import { testControls } from '../check-controls.ts';
import { derOnly, gen24Integer, immediateControls, integerInverter, nameplate, storage } from './devices.ts';
import { common, RegisterImage, s16, type ModelImage } from './register-image.ts';

async function controlsOf(models: readonly ModelImage[]): Promise<readonly ControlDefinition[]> {
  return (await discoverSunspec(RegisterImage.of(models).read)).controls ?? [];
}

async function controlsOfMaker(
  maker: string,
  ...models: ModelImage[]
): Promise<readonly ControlDefinition[]> {
  return await controlsOf([common({ maker, model: 'M', serial: '1' }), integerInverter(103), ...models]);
}

/** What goes to which address for a set point. */
function writesOf(writes: readonly ControlWrite[], setPoint: number): unknown[] {
  return writes
    .flatMap(registersOf)
    .map(({ register, value }) => [
      register.address,
      register.scaleRegister ?? null,
      typeof value === 'function' ? value(setPoint) : value,
    ]);
}

function named(controls: readonly ControlDefinition[], name: string): ControlDefinition {
  const control = controls.find((each) => each.name === name);
  assert(control !== undefined, name);
  return control;
}

t.test('model 123 limits the power, and the device itself takes the limit back', async (t) => {
  const controls = await controlsOfMaker('Maker', immediateControls());
  const at = 40_002 + 68 + 52;
  t.strictSame(
    controls.map(({ name }) => name),
    ['active_power_limit_pct'],
  );
  const limit = named(controls, 'active_power_limit_pct');
  t.strictSame([limit.min, limit.max, limit.step], [0, 100, 1]);
  t.strictSame(writesOf(limit.set, 60), [
    [at + 5, at + 23, 60],
    [at + 9, null, 1],
  ]);
  t.strictSame(writesOf(limit.revert, 60), [[at + 9, null, 0]]);
  t.strictSame(limit.revertTimer, { register: { address: at + 7, encoding: 'u16' }, maxS: 65_534 });
});

t.test('a control needs what it is made of, and a timer is used where there is one', async (t) => {
  t.strictSame(
    await controlsOfMaker('Maker', immediateControls({ 23: s16(-0x8000) })),
    [],
    'no scale factor',
  );
  t.strictSame(await controlsOfMaker('Maker', immediateControls({ 9: [0xffff] })), [], 'cannot be enabled');
  t.strictSame(
    await controlsOfMaker('Maker', { ...immediateControls(), length: 8, words: {} }),
    [],
    'cut short',
  );
  t.strictSame(await controlsOfMaker('Fronius', storage({ 2: [0xffff] })), [], 'percent of nothing');
  t.strictSame(await controlsOfMaker('Fronius', storage({ 2: [0] })), []);
  const [untimed] = await controlsOfMaker('Maker', immediateControls({ 7: [0xffff] }));
  t.equal(untimed?.name, 'active_power_limit_pct');
  t.equal(untimed?.revertTimer, undefined);
});

t.test('model 704 comes before 123, and its timer ends in "no limit"', async (t) => {
  const controls = await controlsOf([...derOnly, immediateControls()]);
  const at = 40_002 + 68 + 155 + 52;
  t.strictSame(
    controls.map(({ name }) => name),
    ['active_power_limit_pct'],
  );
  const limit = named(controls, 'active_power_limit_pct');
  t.strictSame(writesOf(limit.set, 25), [
    [at + 17, null, 0],
    [at + 15, at + 54, 25],
    [at + 14, null, 1],
  ]);
  t.strictSame(writesOf(limit.revert, 25), [[at + 14, null, 0]]);
  t.strictSame(limit.revertTimer?.register, { address: at + 18, encoding: 'u32' });
});

t.test('a battery of Fronius is told in percent of WChaMax, and can be commanded', async (t) => {
  const controls = await controlsOf(gen24Integer);
  const at = 40_002 + 67 + 52 + 28 + 32 + 46 + 26 + 90;
  t.strictSame(
    controls.map(({ name, min, max }) => [name, min, max]),
    [
      ['active_power_limit_pct', 0, 100],
      ['battery_charge_limit_w', 0, 10_240],
      ['battery_discharge_limit_w', 0, 10_240],
      ['battery_power_w', -10_240, 10_240],
    ],
  );
  const [mode, out, into] = [at + 5, at + 12, at + 13];
  const scale = at + 25;
  t.strictSame(writesOf(named(controls, 'battery_charge_limit_w').set, 2_560), [
    [into, scale, 25],
    [mode, null, 1],
  ]);
  t.strictSame(writesOf(named(controls, 'battery_discharge_limit_w').set, 5_120), [
    [out, scale, 50],
    [mode, null, 2],
  ]);
  const command = named(controls, 'battery_power_w');
  t.strictSame(
    writesOf(command.set, 2_560),
    [
      [out, scale, 25],
      [into, scale, -25],
      [mode, null, 3],
    ],
    'discharge',
  );
  t.strictSame(
    writesOf(command.set, -2_560),
    [
      [out, scale, -25],
      [into, scale, 25],
      [mode, null, 3],
    ],
    'charge',
  );
  for (const control of controls.slice(1)) {
    t.strictSame(
      writesOf(control.revert, 0)[0],
      [mode, null, 0],
      'first the battery decides for itself again',
    );
    t.equal(control.revertTimer?.register.address, at + 15);
  }
});

t.test('what is found holds to the contract of controls', async (t) => {
  for (const models of [gen24Integer, [...derOnly, nameplate, storage()]]) {
    testControls(t, { ...sunspec, controls: await controlsOf(models) });
  }
  const [limit] = await controlsOf(gen24Integer);
  t.equal(limit?.writesPerYearMax, 1_000_000, 'Fronius');
  t.equal((await controlsOf(derOnly))[0]?.writesPerYearMax, 10_000, 'whoever it is');
});

t.test('another maker’s battery is limited, each way by its own rate, but not commanded', async (t) => {
  const controls = await controlsOfMaker('Maker', nameplate, storage());
  t.strictSame(
    controls.map(({ name, max }) => [name, max]),
    [
      ['battery_charge_limit_w', 10_240],
      ['battery_discharge_limit_w', 5_000],
    ],
  );
  const at = 40_002 + 68 + 52 + 28;
  t.strictSame(writesOf(named(controls, 'battery_discharge_limit_w').set, 5_000)[0], [at + 12, at + 25, 100]);
  t.strictSame(writesOf(named(controls, 'battery_charge_limit_w').set, 10_240)[0], [at + 13, at + 25, 100]);
});
