import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { wallMs } from '../../gateway/core/clock.ts';
import { CloudBench, gatewayId, type Message } from '../features/cloud-control/cloud-bench.ts';
import { ManualTime } from '../faces/manual-time.ts';

const page = readFileSync(new URL('../../docs/cloud-developer.md', import.meta.url), 'utf8');

interface Printed {
  readonly rootKey: string;
  readonly messages: readonly [Message, Message];
}

/** Time that stands at a given moment. */
class TimeAt extends ManualTime {
  readonly #atMs: number;

  constructor(atMs: number) {
    super();
    this.#atMs = atMs;
  }

  override wall(): ReturnType<ManualTime['wall']> {
    return wallMs(this.#atMs);
  }
}

t.test('what the guide signs is what a gateway takes', async (t) => {
  const code =
    /```js\n([^]*?)```/.exec(page.slice(page.indexOf('## A backend that gives commands')))?.[1] ?? '';
  const file = join(t.testdir(), 'backend.mjs');
  writeFileSync(
    file,
    code
      .replace("command: 'device.set'", "command: 'thing.set'")
      .replace(/input: \{.*?\}/, "input: { name: 'ä' }"),
  );
  const text = execFileSync(process.execPath, [file, gatewayId], { encoding: 'utf8' });
  const { rootKey, messages } = JSON.parse(text) as Printed;
  const time = new TimeAt((messages[1]['iat'] as number) + 1);
  const bench = new CloudBench({ time, rootKey });
  await bench.cloud.control.start();
  await bench.hear(...messages);
  t.same(bench.outcomes, ['done']);
  t.equal(bench.ran.length, 1);
  await bench.hear(...messages);
  t.same(bench.outcomes, ['done', 'done']);
  t.equal(bench.ran.length, 1);
});
