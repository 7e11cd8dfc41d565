import t from 'tap';
import type { JobHost } from '../../gateway/system/job-host.ts';
import { jobOwner } from '../../gateway/system/job-owner.ts';

const root: JobHost = {
  hasProc: true,
  userId: 0,
  groupId: 0,
  canChangeUser: true,
  find: () => undefined,
};
const user: JobHost = { ...root, userId: 4_711, groupId: 4_712, canChangeUser: false };

t.test('jobs of root have the rights of nobody, or of who is asked for', (t) => {
  t.same(jobOwner(root, undefined, undefined), { userId: 65_534, groupId: 65_534 });
  t.same(jobOwner(root, 'root', undefined), { userId: 0, groupId: 0 });
  t.same(jobOwner(root, '0', undefined), { userId: 0, groupId: 0 }, 'by its number, with its group');
  t.same(jobOwner(root, '123456', undefined), { userId: 123_456, groupId: 123_456 }, 'one that has no name');
  t.same(jobOwner(root, 'nobody', 'root'), { userId: 65_534, groupId: 0 });
  t.same(jobOwner(root, 'nobody', '77'), { userId: 65_534, groupId: 77 });
  t.end();
});

t.test('who is not there is named', (t) => {
  t.equal(jobOwner(root, 'no such', undefined), 'there is no user no such on this machine');
  t.equal(jobOwner(root, '', undefined), 'there is no user  on this machine');
  for (const name of ['-1', '4294967295', '99999999999', '1.5', '0x0', ' 0']) {
    t.type(jobOwner(root, name, undefined), 'string', `“${name}” is nobody`);
  }
  t.equal(jobOwner(root, 'nobody', 'no such'), 'there is no group no such on this machine');
  t.end();
});

t.test('a gateway without rights has only its own to give', (t) => {
  t.equal(jobOwner(user, undefined, undefined), undefined);
  t.equal(jobOwner(user, '4711', '4712'), undefined);
  for (const [asked, group, words] of [
    ['root', undefined, 'user root'],
    [undefined, 'root', 'group root'],
    ['root', '0', 'user root and group 0'],
  ] as const) {
    const why = `it asks for ${words}: only a gateway that runs as root can start jobs of others`;
    t.equal(jobOwner(user, asked, group), why);
  }
  t.end();
});
