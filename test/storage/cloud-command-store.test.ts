import t from 'tap';
import { openScratch } from './scratch.ts';

const command = { issuer: 'ops', id: '01A', sequence: 5, receivedMs: 1_000 };

t.test('a command begins once, and above all that its issuer ever gave', (t) => {
  const service = openScratch(t.testdir());
  t.equal(service.beginCloudCommand(command), true);
  t.equal(service.beginCloudCommand({ ...command, sequence: 6 }), false, 'known by its id');
  t.equal(service.beginCloudCommand({ ...command, id: '01B' }), false, 'not above');
  t.equal(service.beginCloudCommand({ ...command, id: '01B', sequence: 4 }), false, 'below');
  t.equal(service.beginCloudCommand({ ...command, issuer: 'other', sequence: 1 }), true, 'of another issuer');
  t.equal(service.beginCloudCommand({ ...command, id: '01C', sequence: 9 }), true);
  t.equal(service.lastCloudSequence('ops'), 9);
  t.equal(service.lastCloudSequence('nobody'), 0);
  t.same(service.findCloudCommand('ops', '01A'), { ...command, state: 'begun', result: null });
  t.equal(service.findCloudCommand('ops', '01B'), undefined);
  service.close();
  t.end();
});

t.test('a command ends once', (t) => {
  const service = openScratch(t.testdir());
  service.beginCloudCommand(command);
  service.endCloudCommand('ops', '01A', { state: 'done', result: '{}' });
  service.endCloudCommand('ops', '01A', { state: 'failed', result: '"late"' });
  service.endCloudCommand('ops', 'unknown', { state: 'done', result: '{}' });
  t.match(service.listCloudCommands({ beforeMs: 2_000, rowsMax: 5 }), [{ state: 'done', result: '{}' }]);
  t.equal(service.listCloudCommands({ beforeMs: 1_000, rowsMax: 5 }).length, 0);
  service.close();
  t.end();
});

t.test('what a run before began and never ended is unknown for ever', (t) => {
  const directory = t.testdir();
  let service = openScratch(directory);
  service.beginCloudCommand(command);
  service.beginCloudCommand({ ...command, id: '01B', sequence: 6 });
  service.endCloudCommand('ops', '01B', { state: 'refused', result: '{}' });
  service.close();
  service = openScratch(directory);
  t.match(service.settleCloudCommands(), [{ id: '01A', state: 'unknown' }]);
  t.same(service.settleCloudCommands(), []);
  service.endCloudCommand('ops', '01A', { state: 'done', result: '{}' });
  t.match(service.findCloudCommand('ops', '01A'), { state: 'unknown' });
  service.close();
  t.end();
});

t.test('old commands go when they have ended, and the sequence of their issuer stays', (t) => {
  const service = openScratch(t.testdir());
  service.beginCloudCommand(command);
  service.beginCloudCommand({ ...command, id: '01B', sequence: 6 });
  service.endCloudCommand('ops', '01A', { state: 'done', result: '{}' });
  t.equal(service.pruneCloudCommands(1_000), 0);
  t.equal(service.pruneCloudCommands(1_001), 1, 'not the one that is begun');
  t.equal(service.lastCloudSequence('ops'), 6);
  t.equal(service.beginCloudCommand(command), false, 'though its id is forgotten');
  service.close();
  t.end();
});
