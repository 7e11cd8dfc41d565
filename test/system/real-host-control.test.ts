import t from 'tap';
import type { ProgramCall, ProgramEnd, Programs } from '../../gateway/core/programs.ts';
import { createRealHostControl } from '../../gateway/system/real-host-control.ts';

const nothing = { restart: () => undefined, stop: () => undefined };

class FakePrograms implements Programs {
  readonly calls: ProgramCall[] = [];
  readonly #end: ProgramEnd;

  constructor(exitCode: number, errors = '') {
    this.#end = { exitCode, output: '', errors };
  }

  run(call: ProgramCall): Promise<ProgramEnd> {
    this.calls.push(call);
    return Promise.resolve(this.#end);
  }

  follow(): Promise<ProgramEnd> {
    return Promise.resolve(this.#end);
  }
}

t.test('the machine is rebooted by a word to its login service, and by nothing else', async (t) => {
  const programs = new FakePrograms(0);
  await createRealHostControl(programs, nothing).reboot();
  t.match(programs.calls, [{ program: 'busctl', args: ['--system', 'call', 'org.freedesktop.login1'] }]);
  t.equal(programs.calls.length, 1);
});

t.test('where nobody can be asked, or it is not allowed, that is said', async (t) => {
  const missing = createRealHostControl(new FakePrograms(127, 'spawn busctl ENOENT'), nothing);
  await t.rejects(missing.reboot(), { code: 'service_manager_missing', message: /busctl/ });
  const denied = new FakePrograms(1, 'Call failed: Interactive authentication required.\n');
  await t.rejects(createRealHostControl(denied, nothing).reboot(), {
    code: 'service_failed',
    message: 'the machine does not reboot: Call failed: Interactive authentication required.',
  });
});
