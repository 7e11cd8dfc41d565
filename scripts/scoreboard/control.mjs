// Gateways that are killed while they control, and random orders to devices that misbehave.
import { bench, figure, run } from './figure.mjs';

export async function measure() {
  await bench('control-kills', '--kills', '500');
  await measureRandomCommands(100_000);
}

/** Orders at random to a device that may misbehave, in virtual time; see test/features/control/. */
async function measureRandomCommands(commands) {
  const { code, output } = await run(
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import { runRandomCommands } from './test/features/control/random-commands.ts';
     console.log(JSON.stringify(await runRandomCommands({ seed: 1, commands: ${commands} })));`,
  );
  if (code !== 0) return figure('random-control-commands', code, 'exit code', false);
  const result = JSON.parse(output);
  figure('random-control-commands', result.commands, 'commands', result.setPoints > commands / 10);
  for (const [name, value] of [
    ['control-writes-outside-limits', result.writesOutsideLimits],
    ['control-writes-without-intent-or-unread', result.violations.length],
    ['set-points-that-outlived-their-lease', result.setPointsOutlived],
  ]) {
    figure(name, value, 'of ' + result.writes, value === 0);
  }
}
