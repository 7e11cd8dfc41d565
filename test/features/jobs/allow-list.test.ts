import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { admitCommand, type WantedCommand } from '../../../gateway/features/jobs/allow-list.ts';
import { jobsSettings, type AllowedProgram } from '../../../gateway/features/jobs/jobs-section.ts';
import { realProgramFiles } from '../../../gateway/system/real-program-files.ts';

const settings = jobsSettings(undefined);

const wanted = (command: WantedCommand['command'], more: Partial<WantedCommand> = {}): WantedCommand => ({
  command,
  cwd: undefined,
  environment: {},
  user: undefined,
  group: undefined,
  ...more,
});

interface Home {
  readonly program: string;
  readonly link: string;
  readonly sha256: string;
  ask(entry: Partial<AllowedProgram>, one: WantedCommand): ReturnType<typeof admitCommand>;
}

function createHome(t: Test): Home {
  const directory = mkdtempSync(join(tmpdir(), 'egw-allow-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const [program, link] = [join(directory, 'backup'), join(directory, 'link')];
  writeFileSync(program, '#!/bin/sh\n');
  symlinkSync(program, link);
  const sha256 = createHash('sha256').update('#!/bin/sh\n').digest('hex');
  const ask: Home['ask'] = (entry, one) => {
    const programs = [{ program, arguments: ['--to', 'disk-*'], environment: [], ...entry }];
    const allow = { lines: ['make nightly'], programs };
    return admitCommand(one, false, { ...settings, allow }, realProgramFiles);
  };
  return { program, link, sha256, ask };
}

const forbidden = { code: 'forbidden' };

t.test('who sits at the gateway may have anything run, as anybody', async (t) => {
  const one = wanted({ line: 'rm -rf build' }, { cwd: '/srv', environment: { A: 'b' }, user: 'root' });
  t.same(await admitCommand(one, true, settings, realProgramFiles), { command: one.command, cwd: '/srv' });
});

t.test('others may have nothing run unless it is listed', async (t) => {
  const { program } = createHome(t);
  for (const command of [{ line: 'true' }, { argv: ['true'] }, { argv: [program] }, { argv: [] }]) {
    await t.rejects(admitCommand(wanted(command), false, settings, realProgramFiles), {
      code: 'forbidden',
      hint: /jobs\.allow/,
    });
  }
});

t.test('where the configuration says any they may, but not as another user', async (t) => {
  const any = { ...settings, remoteCommands: 'any' } as const;
  const one = wanted({ line: 'true' }, { cwd: '/srv', environment: { A: 'b' } });
  t.same(await admitCommand(one, false, any, realProgramFiles), { command: { line: 'true' }, cwd: '/srv' });
  for (const more of [{ user: 'root' }, { group: '0' }]) {
    await t.rejects(admitCommand({ ...one, ...more }, false, any, realProgramFiles), forbidden);
  }
});

t.test('a listed line is run as it stands, and where its owner says', async (t) => {
  const { ask } = createHome(t);
  t.same(await ask({}, wanted({ line: 'make nightly' })), {
    command: { line: 'make nightly' },
    cwd: undefined,
  });
  for (const line of [
    'make nightly ',
    'make  nightly',
    'make nightly; true',
    'Make nightly',
    'make\u00a0nightly',
  ]) {
    await t.rejects(ask({}, wanted({ line })), forbidden, line);
  }
  await t.rejects(ask({}, wanted({ line: 'make nightly' }, { cwd: '/srv' })), forbidden);
  await t.rejects(ask({}, wanted({ line: 'make nightly' }, { environment: { MAKEFLAGS: '-n' } })), forbidden);
  await t.rejects(ask({}, wanted({ argv: ['make', 'nightly'] })), forbidden);
});

t.test('a listed program is run by the name that it is listed by, whatever it is called by', async (t) => {
  const { program, link, ask } = createHome(t);
  const admitted = { command: { argv: [program, '--to', 'disk-1'] }, cwd: undefined };
  t.same(await ask({}, wanted({ argv: [program, '--to', 'disk-1'] })), admitted);
  t.same(await ask({}, wanted({ argv: [link, '--to', 'disk-1'] })), admitted);
  const byLink = { ...admitted, command: { argv: [link, '--to', 'disk-1'] } };
  t.same(await ask({ program: link }, wanted({ argv: [program, '--to', 'disk-1'] })), byLink);
  for (const argv of [
    ['backup', '--to', 'disk-1'],
    [`${program}x`, '--to', 'disk-1'],
    [`.${program}`, '--to', 'disk-1'],
    [program],
    [program, '--to', 'disk-1', '--delete'],
    [program, '--to', '../disk-1'],
    ['/bin/sh', '--to', 'disk-1'],
    [`${program}\u0000`, '--to', 'disk-1'],
  ]) {
    await t.rejects(ask({}, wanted({ argv })), forbidden, JSON.stringify(argv));
  }
});

t.test('of a file that is many programs only those run that are listed', async (t) => {
  const { program: busybox, link: id } = createHome(t);
  const show = { program: id, arguments: ['**'], environment: [] };
  const other = `${id}-2`;
  symlinkSync(busybox, other);
  const allow = { lines: [], programs: [show, { program: other, arguments: ['-x'], environment: [] }] };
  const ask = async (argv: readonly string[]): ReturnType<typeof admitCommand> =>
    await admitCommand(wanted({ argv }), false, { ...settings, allow }, realProgramFiles);
  t.same((await ask([busybox, 'sh', '-c', 'evil'])).command, { argv: [id, 'sh', '-c', 'evil'] });
  t.same((await ask([other, '-x'])).command, { argv: [other, '-x'] });
  await t.rejects(ask([other, '-y']), forbidden, 'what one name may be given, another may not');
});

t.test('a program that is no longer the file it was is refused', async (t) => {
  const { program, sha256, ask } = createHome(t);
  const one = wanted({ argv: [program, '--to', 'disk-1'] });
  t.ok(await ask({ sha256: sha256.toUpperCase() }, one));
  writeFileSync(program, '#!/bin/sh\nevil\n');
  await t.rejects(ask({ sha256 }, one), { code: 'forbidden', message: /not the file/ });
  t.equal(await realProgramFiles.sha256('/dev/zero'), undefined);
  t.equal(await realProgramFiles.sha256(`${program}x`), undefined);
});

t.test('variables and folders come with a program only where its owner says', async (t) => {
  const { program, ask } = createHome(t);
  const argv = [program, '--to', 'disk-1'];
  const entry = { environment: ['LEVEL'], cwd: '/srv' };
  const admitted = { command: { argv }, cwd: '/srv' };
  t.same(await ask(entry, wanted({ argv }, { environment: { LEVEL: '9' } })), admitted);
  t.same(await ask(entry, wanted({ argv }, { cwd: '/srv' })), admitted);
  await t.rejects(ask(entry, wanted({ argv }, { environment: { LD_PRELOAD: 'x.so' } })), forbidden);
  await t.rejects(ask(entry, wanted({ argv }, { cwd: '/srv/..' })), forbidden);
});
