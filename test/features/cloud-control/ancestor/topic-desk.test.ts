import { generateKeyPairSync, sign } from 'node:crypto';
import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../../gateway/core/errors.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { createSchemaChecks } from '../../../../gateway/faces/commands/schema-check.ts';
import type { AncestorReply } from '../../../../gateway/features/cloud-control/ancestor/ancestor-messages.ts';
import { TopicDesk } from '../../../../gateway/features/cloud-control/ancestor/topic-desk.ts';
import { parseTrustedKey } from '../../../../gateway/features/cloud-control/ancestor/trusted-key.ts';
import { utcInstantText } from '../../../../gateway/features/cloud-control/ancestor/utc-instant.ts';
import { ManualTime } from '../../../faces/manual-time.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
const trusted = `${Buffer.from(x, 'base64url').toString('hex')}${Buffer.from(y, 'base64url').toString('hex')}`;
const checkOf = createSchemaChecks();
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

type Fields = Readonly<Record<string, unknown>>;

function signed(text: string): string {
  return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
}

/** The other signature of the same text, which everybody can make. */
function twin(signature: string): string {
  const s = order - BigInt(`0x${signature.slice(64)}`);
  return `${signature.slice(0, 64)}${s.toString(16).padStart(64, '0')}`;
}

class Bench {
  readonly time = new ManualTime();
  readonly ran: unknown[] = [];
  readonly refused: string[] = [];
  readonly said: AncestorReply[] = [];
  isOn = true;
  isClockTrusted = true;
  answer: () => Promise<unknown> = () =>
    Promise.resolve({ messages: [{ type: 'device_control_schedule_ack', payload: { id: 1 } }] });
  readonly desk = new TopicDesk({
    clock: this.time,
    logger: silentLogger,
    isOn: () => this.isOn,
    isClockTrusted: () => this.isClockTrusted,
    key: parseTrustedKey(trusted),
    checkOf,
    rates: { take: () => undefined },
    refusals: { note: ({ error }) => Promise.resolve(void this.refused.push(error.code)) },
    commands: () => ({
      declarationOf: () => undefined,
      dispatch: async (id, input, { principal }) => {
        this.ran.push({ id, input, by: principal.id, scopes: [...principal.scopes] });
        return await this.answer();
      },
    }),
    say: (reply) => void this.said.push(reply),
  });

  with(changes: Partial<Pick<Bench, 'isOn' | 'isClockTrusted'>>): this {
    return Object.assign(this, changes);
  }

  /** Signed now unless the changes say otherwise. */
  message(changes: Fields = {}, createdAt = utcInstantText(this.time.wall())): Fields {
    const signature = signed(`Sourceful-EMS:${createdAt}`);
    const by = { serialNumber: 'Sourceful-EMS', created_at: createdAt, signature };
    return { type: 'ems_control_schedule', payload: { id: 1, ...by, ...changes } };
  }

  async hear(message: unknown): Promise<void> {
    const bytes = typeof message === 'string' ? Buffer.from(message) : Buffer.from(JSON.stringify(message));
    this.desk.receive('control/0123/commands/S1', bytes);
    await this.desk.settled();
  }
}

t.test('a signed message is a command with the scope control, for the device of its topic', async (t) => {
  const bench = new Bench();
  await bench.hear(bench.message());
  t.match(bench.ran, [
    {
      id: 'srcful.message',
      input: { payload: { id: 1, sn: 'S1' } },
      by: 'cloud:@srcful',
      scopes: ['control'],
    },
  ]);
  t.match(bench.said, [{ type: 'device_control_schedule_ack' }]);
  bench.time.pass(1);
  await bench.hear(bench.message({ sn: 'S2' }));
  t.match(bench.ran[1], { input: { payload: { sn: 'S2' } } });
  t.same(bench.refused, []);
});

t.test('what does not count is not run, and nothing is said to it', async (t) => {
  const table: readonly (readonly [string, (bench: Bench) => unknown])[] = [
    ['signature_invalid', ({ message, time }) => message({}, utcInstantText(time.wall() - 60_001))],
    ['signature_invalid', ({ message, time }) => message({}, utcInstantText(time.wall() + 60_001))],
    ['signature_invalid', ({ message }) => message({}, 'yesterday')],
    ['signature_invalid', (bench) => bench.message({ serialNumber: 'other' })],
    ['signature_invalid', (bench) => bench.message({ created_at: utcInstantText(bench.time.wall() + 1) })],
    ['signature_invalid', (bench) => bench.message({ signature: '00'.repeat(64) })],
    ['signature_invalid', (bench) => bench.message({ signature: 'zz'.repeat(64) })],
    ['signature_invalid', (bench) => bench.message({ signature: undefined })],
    ['signature_invalid', () => ({ type: 'ems_authentication_challenge', payload: { message: 'x' } })],
    ['forbidden', () => ({ type: 'ems_data_request', payload: {} })],
    ['input_invalid', () => ({ type: 'ems_reboot', payload: {} })],
    ['input_invalid', (bench) => bench.message({ extra: 1 })],
    ['input_invalid', () => 'no JSON'],
    ['input_invalid', () => 'null'],
    ['input_invalid', () => '{"type":"ems_control_schedule","payload":7}'],
    ['request_too_large', () => 'x'.repeat(65_537)],
    ['cloud_control_off', (bench) => bench.with({ isOn: false }).message()],
    ['clock_untrusted', (bench) => bench.with({ isClockTrusted: false }).message()],
  ];
  for (const [code, make] of table) {
    const bench = new Bench();
    // The message is made by the bench, wherever it is called from.
    bench.message = bench.message.bind(bench);
    await bench.hear(make(bench));
    t.same([bench.refused, bench.ran, bench.said], [[code], [], []], make.toString());
  }
});

t.test('a signature counts once, also in its other form and for other orders', async (t) => {
  const bench = new Bench();
  const createdAt = utcInstantText(bench.time.wall());
  await bench.hear(bench.message({}, createdAt));
  await bench.hear(bench.message({}, createdAt));
  await bench.hear(
    bench.message({ id: 2, signature: twin(signed(`Sourceful-EMS:${createdAt}`)) }, createdAt),
  );
  t.equal(bench.ran.length, 1);
  t.same(bench.refused, ['signature_invalid', 'signature_invalid']);
  bench.time.pass(60_000);
  await bench.hear(bench.message({ id: 2 }, createdAt));
  t.equal(bench.ran.length, 1, 'as long as it is in time');
});

t.test('of too many at one time the rest is refused', async (t) => {
  const bench = new Bench();
  for (let n = 0; n < 65; n += 1) bench.desk.receive('control/0123/commands/S1', Buffer.from('{}'));
  await bench.desk.settled();
  t.equal(bench.refused.filter((code) => code === 'queue_full').length, 1);
  await bench.hear(bench.message());
  t.equal(bench.ran.length, 1);
});

t.test('what the command refuses is told in the earlier words', async (t) => {
  const bench = new Bench();
  bench.answer = () => Promise.reject(new GatewayError('limit_reached', 'too many'));
  await bench.hear(bench.message());
  t.same(bench.said, [
    { type: 'device_control_schedule_nack', payload: { id: 1, sn: 'S1', reason: 'Task not executed' } },
  ]);
  t.same(bench.refused, ['limit_reached']);
});

t.test('a key is a point of the curve', (t) => {
  const text = 'Sourceful-EMS:2025-03-14T13:58:00.338870';
  const other = `${trusted.slice(0, -1)}${trusted.endsWith('0') ? '1' : '0'}`;
  for (const key of ['', '00'.repeat(64), other, trusted.slice(2), `04${trusted}`]) {
    t.equal(
      errorOf(() => parseTrustedKey(key)),
      'input_invalid',
      key,
    );
  }
  const { verify } = parseTrustedKey(trusted.toUpperCase());
  t.equal(verify(text, signed(text)), true);
  t.equal(verify(`${text}0`, signed(text)), false);
  t.end();
});

function errorOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return errorCodeOf(error);
  }
}
