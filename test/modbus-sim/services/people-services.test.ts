import t from 'tap';
import { notifiers } from '../../../gateway/io/notifiers/index.ts';
import { startPeopleServices } from '../../../modbus-sim/services/people-services.ts';
import { messageOf, notifierPorts, nowMs } from '../../io/notifiers/notifier-ports.ts';

t.test('whoever is told something has got it, and shows it', async (t) => {
  const people = await startPeopleServices({ seed: 7, nowMs: () => nowMs, host: '127.0.0.1', portBase: 0 });
  t.teardown(async () => await people.close());
  t.same(
    Object.keys(people.settings).toSorted(),
    notifiers.map(({ id }) => id),
  );
  const never = new AbortController().signal;
  for (const { id, open, recipients } of notifiers) {
    const options = people.settings[id] ?? {};
    const notifier = open(options, notifierPorts(t));
    for (const recipient of recipients(options)) await notifier.send(messageOf(), recipient, never);
    await notifier.close();
  }
  const inbox = (await (await fetch(people.inboxUrl)).json()) as Readonly<Record<string, readonly unknown[]>>;
  t.match(inbox, {
    mails: [{ to: ['somebody@example.org'], subject: messageOf().title }],
    sms: [{ to: '33612345678' }, { to: '+33612345678', text: messageOf().short }],
    discord: [{ content: /06h40/ }],
    webhook: [{ reference: messageOf().reference }],
  });
});

t.test('the same seed has the same keys, another one others', async (t) => {
  const settingsOf = async (seed: number): Promise<unknown> => {
    const people = await startPeopleServices({ seed, nowMs: () => nowMs, host: '127.0.0.1', portBase: 0 });
    await people.close();
    return [people.settings['vonage-sms']?.['apiSecret'], people.settings['mail']?.['password']];
  };
  t.same(await settingsOf(1), await settingsOf(1));
  t.notSame(await settingsOf(1), await settingsOf(2));
});
