import t from 'tap';
import type { OfflineCommand } from '../gateway/faces/cli/cli-run.ts';
import { areas, gridZones } from '../gateway/zone-list.ts';

async function run(command: OfflineCommand, argv: readonly string[], json = false): Promise<string> {
  let text = '';
  const stream = { write: (part: string) => (text += part).length > 0 };
  const io = { stdout: stream, stderr: stream } as unknown as Parameters<OfflineCommand['run']>[0]['io'];
  t.equal(await command.run({ argv, json, environment: {}, io }), 0);
  return text;
}

t.test('areas has a heading and 397 lines, as electricity_usage prints them', async (t) => {
  const lines = (await run(areas, [])).trimEnd().split('\n');
  t.equal(lines.length, 398);
  t.ok(lines.slice(1).every((line) => /^[A-Z0-9-]+ {2}= {2}\S/.test(line)));
  t.ok(lines.includes('FR  =  France'));
});

t.test('zones are found by a part of their code or name, in any case', async (t) => {
  t.match(await run(gridZones, ['denmark']), /^DK {2}= {2}Denmark\n/m);
  t.match(JSON.parse(await run(gridZones, ['dk-dk1'], true)), { zones: [{ code: 'DK-DK1' }] });
  t.equal(await run(gridZones, ['nowhere at all']), '');
  await t.rejects(
    Promise.resolve().then(() => run(gridZones, ['a', 'b'])),
    { code: 'command_unknown' },
  );
});
