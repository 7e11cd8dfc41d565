import t from 'tap';
import { isWritten, LogLevelTree } from '../../gateway/core/log-level-tree.ts';
import { limits } from '../../gateway/core/limits.ts';
import { logLevels } from '../../gateway/core/log-levels.ts';

t.test('a thing has the level of its kind, and a kind that of root, until it gets its own', (t) => {
  const tree = new LogLevelTree('info');
  const roof = tree.nodeOf('device', 'roof');
  const meter = tree.nodeOf('device', 'meter');
  t.equal(tree.nodeOf('device', 'roof'), roof, 'the same thing is the same logger');
  t.notOk(isWritten(roof, 'debug'));
  tree.set('device', 'debug');
  t.ok(isWritten(roof, 'debug') && isWritten(meter, 'debug'));
  t.notOk(isWritten(tree.root, 'debug'));
  tree.set('device:roof', 'error');
  t.notOk(isWritten(roof, 'warn'));
  t.ok(isWritten(meter, 'debug'));
  t.same(tree.list(), [
    { name: 'root', level: 'info', isInherited: false },
    { name: 'device', level: 'debug', isInherited: false },
    { name: 'device:meter', level: 'debug', isInherited: true },
    { name: 'device:roof', level: 'error', isInherited: false },
  ]);
  t.same(tree.set('device', undefined), { name: 'device', level: 'info', isInherited: true });
  t.same(tree.set('root', 'warn'), { name: 'root', level: 'warn', isInherited: false });
  t.notOk(isWritten(meter, 'info'));
  t.same(tree.set('root', undefined), { name: 'root', level: 'info', isInherited: false }, 'as configured');
  t.end();
});

t.test('a level is told with all that come after it', (t) => {
  for (const [own, level] of logLevels.entries()) {
    const tree = new LogLevelTree(level);
    t.same(
      logLevels.filter((each) => isWritten(tree.root, each)),
      logLevels.slice(own),
    );
  }
  t.end();
});

t.test('a logger that there is not is refused, with the nearest that there is', (t) => {
  const tree = new LogLevelTree('info');
  tree.nodeOf('device', 'roof');
  t.throws(() => tree.set('device:rof', 'debug'), { code: 'not_found', hint: 'did you mean device:roof?' });
  t.end();
});

t.test('there are only so many loggers; more of a kind go by it', (t) => {
  const tree = new LogLevelTree('info');
  for (let index = 0; index < limits.loggersMax * 2; index += 1) tree.nodeOf('task', `ask:${index}`);
  t.equal(tree.list().length, limits.loggersMax);
  tree.set('task', 'debug');
  t.ok(isWritten(tree.nodeOf('task', 'one:more'), 'debug'));
  t.end();
});
