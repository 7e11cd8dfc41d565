import fc from 'fast-check';
import t from 'tap';
import type { SpoolFolder } from '../../../../gateway/core/spool-folder.ts';
import { goodFile, SpoolScene } from './spool-scene.ts';

/** Ends, as a killed process does, before or after the effect of one step: nothing after it happens. */
function mortalFolder(folder: SpoolFolder, lives: { steps: number }, isAfter: boolean): SpoolFolder {
  const killed = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    lives.steps -= 1;
    if (lives.steps > 0) return await act();
    if (lives.steps === 0 && isAfter) await act();
    throw new Error('killed');
  };
  return {
    path: folder.path,
    open: () => killed(() => folder.open()),
    list: (...given) => killed(() => folder.list(...given)),
    read: (...given) => killed(() => folder.read(...given)),
    claim: (...given) => killed(() => folder.claim(...given)),
    finish: (...given) => killed(() => folder.finish(...given)),
    rejections: (...given) => killed(() => folder.rejections(...given)),
  };
}

t.test('killed before or after any step, each file is one job or one rejection', async (t) => {
  let kills = 0;
  for (const isAfter of [false, true]) {
    for (let step = 1; step < 36; step += 1) {
      const scene = new SpoolScene(t);
      await scene.open();
      scene.put('a.json', goodFile.replace('echo hi', 'a'));
      scene.put('bad.json', '{"estimate": "30"}');
      scene.put('c.json', goodFile.replace('echo hi', 'c'));
      const lives = { steps: step };
      const mortal = mortalFolder(scene.folder, lives, isAfter);
      const { desk } = scene;
      const add: typeof desk.add = async (job) => {
        lives.steps -= 1;
        if (lives.steps > 0) return await desk.add(job);
        if (lives.steps === 0 && isAfter) await desk.add(job);
        throw new Error('killed');
      };
      scene.restarted({ folder: mortal, desk: { add } });
      await scene.look(6);
      const isKilled = lives.steps <= 0;
      kills += isKilled ? 1 : 0;
      scene.restarted();
      await scene.look(6);
      const where = `${isAfter ? 'after' : 'before'} step ${step}`;
      t.same(desk.lines.toSorted(), ['a', 'c'], where);
      t.same(scene.in('done'), ['a.json', 'c.json'], where);
      t.same(scene.in('rejected'), ['bad.json', 'bad.json.reason'], where);
      t.same([...scene.in('.claimed'), ...scene.in('given')], [], where);
      if (!isKilled) break;
    }
  }
  t.ok(kills > 30, `${kills} kills`);
});

t.test('whatever is put there, each file ends in one place, and only good ones are jobs', async (t) => {
  const content = fc.oneof(
    fc.constant(goodFile),
    fc.json().map((text) => text.slice(0, 2_000)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.record({ estimate: fc.anything(), deadline: fc.anything(), commandline: fc.anything() }).map(asJson),
    fc
      .record({ estimate: fc.constantFrom('2h', '30', 1.5, '-1h', ''), commandline: fc.string() })
      .map((given) => asJson({ deadline: '2026-11-22 12:00:00', ...given })),
  );
  const name = fc.string({ minLength: 1, maxLength: 60 }).filter((text) => !/[/\0]/.test(text));
  const file = fc.record({ name: name.map((text) => `${text}.json`), content });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(file, { maxLength: 12, selector: ({ name: key }) => key }),
      async (files) => {
        const scene = new SpoolScene(t);
        await scene.open();
        const shown = files.filter(({ name: given }) => !given.startsWith('.'));
        for (const { name: given, content: text } of shown) scene.put(given, text);
        await scene.look(66);
        const rejected = scene.in('rejected').filter((one) => !one.endsWith('.reason')).length;
        t.equal(scene.desk.jobs.size + rejected, shown.length);
        t.equal(scene.in('done').length, scene.desk.jobs.size);
        t.same([...scene.in('given'), ...scene.in('.claimed')], []);
        t.equal(scene.in('rejected').length, 2 * rejected, 'each with its reason');
      },
    ),
    { numRuns: 25 },
  );
});

function asJson(given: unknown): string {
  try {
    return JSON.stringify([given]).slice(1, -1);
  } catch {
    return '{}';
  }
}
