import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { AncestorDesk } from '../../../../gateway/features/cloud-control/ancestor/ancestor-desk.ts';
import type { AncestorMessage } from '../../../../gateway/features/cloud-control/ancestor/ancestor-messages.ts';
import { ScheduleBook } from '../../../../gateway/features/cloud-control/ancestor/schedule-book.ts';
import {
  utcInstantMs,
  utcInstantText,
} from '../../../../gateway/features/cloud-control/ancestor/utc-instant.ts';
import type { CommandCall, Principal } from '../../../../gateway/features/command.ts';
import { findDriver } from '../../../../gateway/io/drivers/index.ts';
import { ManualTime } from '../../../faces/manual-time.ts';
import { MemoryCloudStore } from '../memory-cloud-store.ts';

const minute = 60_000;
const forced = [
  { start_register: 13050, name: 'Command', value: 187 },
  { start_register: 13051, name: 'Power', value: 1_500 },
];

/** The desk over a Sungrow, and what it was told. */
class DeskBench {
  readonly time: ManualTime;
  readonly store: MemoryCloudStore;
  readonly book: ScheduleBook;
  readonly desk: AncestorDesk;
  readonly told: unknown[] = [];
  isClockTrusted = true;
  mayControl = true;
  onSet: () => Promise<unknown> = () => Promise.resolve({});

  constructor(given: { readonly time?: ManualTime; readonly store?: MemoryCloudStore } = {}) {
    this.time = given.time ?? new ManualTime();
    this.store = given.store ?? new MemoryCloudStore();
    this.book = new ScheduleBook(this.store);
    const controls = { controls: findDriver('sungrow-hybrid')?.controls ?? [], wordOrder: 'big' } as const;
    this.desk = new AncestorDesk(
      {
        clock: this.time,
        logger: silentLogger,
        isClockTrusted: () => this.isClockTrusted,
        identity: {
          gatewayId: 'abcdefghijklmnop',
          serial: '0123456789abcdef01',
          sign: (domain, lines) => Promise.resolve([domain, ...lines].join(' ')),
        },
        commands: () => ({
          declarationOf: () => undefined,
          dispatch: async (id, input, { principal }) => {
            this.told.push({ id, input, by: principal.id, scopes: [...principal.scopes] });
            return await this.onSet();
          },
        }),
        findDevice: (serial) => (serial === '2311286262' ? { id: 'roof', controls } : undefined),
        mayControl: () => this.mayControl,
      },
      this.book,
    );
  }

  order(changes: Partial<AncestorMessage['payload']> = {}): AncestorMessage {
    return {
      type: 'ems_control_schedule',
      payload: {
        id: 1356,
        sn: '2311286262',
        execute_at: utcInstantText(this.time.wall() + minute),
        protocol: 'modbus',
        commands: forced,
        serialNumber: 'Sourceful-EMS',
        signature: '2a69',
        created_at: utcInstantText(this.time.wall()),
        ...changes,
      },
    };
  }

  async take(message: AncestorMessage, kind: 'cloud' | 'token' = 'cloud'): Promise<unknown> {
    const principal: Principal = { kind, id: `${kind}:ops-1`, scopes: new Set(['control']) };
    const call: CommandCall = { principal, origin: 'main', signal: new AbortController().signal };
    return await this.desk.take(message, call);
  }

  async pass(durationMs: number): Promise<void> {
    this.time.pass(durationMs);
    await this.desk.runDue(new AbortController().signal);
  }

  get states(): readonly string[] {
    return this.book.entries.map(({ state, reason }) =>
      reason === undefined ? state : `${state}: ${reason}`,
    );
  }
}

const ack = { type: 'device_control_schedule_ack', payload: { id: 1356, sn: '2311286262' } };
const nack = (reason: string): unknown => ({ type: 'device_control_schedule_nack', payload: { reason } });

t.test(
  'an order that is a set point of the device is acknowledged, and carried out at its time, once',
  async (t) => {
    const bench = new DeskBench();
    t.match(await bench.take(bench.order()), [ack]);
    t.match(await bench.take(bench.order()), [ack], 'the same again is the same order');
    await bench.pass(minute - 1);
    t.same(bench.told, []);
    await bench.pass(1);
    await bench.pass(minute);
    const input = { id: 'roof', control: 'battery_power_w', value: 1_500, lease: '300000ms', source: 'grid' };
    t.same(bench.told, [{ id: 'device.set', input, by: 'cloud:ops-1', scopes: ['control'] }]);
    t.same(bench.states, ['done']);
  },
);

t.test(
  'what is no set point, no device or no time is refused with the earlier gateway’s words',
  async (t) => {
    const table: readonly (readonly [
      string,
      (bench: DeskBench) => Partial<AncestorMessage['payload']>,
      string,
    ])[] = [
      ['another device', () => ({ sn: '1' }), 'Device not found'],
      [
        'a register of no control',
        () => ({ commands: [{ start_register: 143, value: 72 }] }),
        'Task not executed',
      ],
      [
        'a value out of range',
        () => ({
          commands: [
            { start_register: 13050, value: 187 },
            { start_register: 13051, value: 65_000 },
          ],
        }),
        'Task not executed',
      ],
      ['no instant', () => ({ execute_at: '2025-02-30T00:00:00.000000' }), 'Task not executed'],
      [
        'an instant that is over',
        (b) => ({ execute_at: utcInstantText(b.time.wall() - minute - 1) }),
        'Task not executed',
      ],
      [
        'an instant too far ahead',
        (b) => ({ execute_at: utcInstantText(b.time.wall() + 86_400_001) }),
        'Task not executed',
      ],
    ];
    for (const [title, changes, reason] of table) {
      const bench = new DeskBench();
      t.match(await bench.take(bench.order(changes(bench))), [nack(reason)], title);
      t.same(bench.book.entries, []);
    }
    const bench = new DeskBench();
    bench.isClockTrusted = false;
    t.match(await bench.take(bench.order()), [nack('Task not executed')], 'without a clock to rely on');
    await t.rejects(bench.take(bench.order(), 'token'), { code: 'control_refused' });
    const order = bench.order();
    bench.isClockTrusted = true;
    await t.rejects(
      bench.take({ ...order, payload: { sn: '2311286262' } }),
      { code: 'input_invalid' },
      'without an id',
    );
  },
);

t.test('an order survives a restart; one that was missed, or interrupted, is not carried out', async (t) => {
  const bench = new DeskBench();
  await bench.take(bench.order({ id: 'a' }));
  await bench.take(bench.order({ id: 'b', execute_at: utcInstantText(bench.time.wall() + 10 * minute) }));
  const { time, store } = bench;
  const next = new DeskBench({ time, store });
  await next.book.load();
  t.same(next.states, ['waiting', 'waiting']);
  await next.pass(3 * minute);
  t.same(next.states, ['failed: Task not executed', 'waiting']);
  next.onSet = () => {
    store.onCall = () => {
      throw new Error('the gateway is dead');
    };
    return Promise.resolve({});
  };
  await t.rejects(next.pass(7 * minute));
  store.onCall = () => undefined;
  const last = new DeskBench({ time, store });
  await last.book.load();
  await last.pass(1);
  t.same(last.states, ['failed: Task not executed', 'failed: Task not executed successfully']);
  t.equal(next.told.length + last.told.length, 1);
});

t.test('what is cancelled, revoked, or fails is not done, and says so', async (t) => {
  const bench = new DeskBench();
  await bench.take(bench.order());
  const cancel: AncestorMessage = { type: 'ems_control_schedule_cancel', payload: { id: 1356 } };
  t.match(await bench.take(cancel), [{ type: 'device_control_cancel_schedule_ack', payload: { id: 1356 } }]);
  t.match(await bench.take(cancel), [nack('Task not executed')]);
  await bench.take(bench.order({ id: 2 }));
  await bench.take(bench.order({ id: 3, execute_at: utcInstantText(bench.time.wall() + 2 * minute) }));
  bench.mayControl = false;
  await bench.pass(minute);
  bench.mayControl = true;
  bench.onSet = () => Promise.reject(new GatewayError('control_refused', 'no'));
  await bench.pass(minute);
  t.same(bench.states, ['cancelled', 'failed: Task not executed', 'failed: Task not executed successfully']);
  await t.rejects(
    bench.take(bench.order({ id: 3, commands: forced.slice(0, 1) })).then((answer) => {
      t.match(answer, [nack('Task not executed')]);
      return bench.take(bench.order({ id: 3 }));
    }),
    { code: 'already_exists' },
  );
});

t.test(
  'orders that come while others are carried out are neither lost nor done though cancelled',
  async (t) => {
    const bench = new DeskBench();
    await bench.take(bench.order({ id: 1 }));
    await bench.take(bench.order({ id: 2 }));
    bench.onSet = async () => {
      await Promise.all([
        bench.take(bench.order({ id: 3 })),
        bench.take({ type: 'ems_control_schedule_cancel', payload: { id: 2 } }),
        bench.take(bench.order({ id: 4 })),
      ]);
    };
    await bench.pass(minute);
    t.same(bench.states, ['done', 'cancelled', 'waiting', 'waiting']);
    t.equal(bench.told.length, 1);
  },
);

t.test('a challenge is answered with a signature that is good for nothing else', async (t) => {
  const bench = new DeskBench();
  const at = utcInstantText(bench.time.wall());
  t.same(await bench.take({ type: 'ems_authentication_challenge', payload: { message: 'x' } }), [
    {
      type: 'device_authenticate',
      payload: {
        deviceName: 'abcdefghijklmnop',
        serialNumber: '0123456789abcdef01',
        signature: `gw-message-1 0123456789abcdef01:${at}`,
        created_at: at,
      },
    },
  ]);
  t.same(await bench.take({ type: 'ems_authentication_success', payload: {} }), []);
});

t.test('only so many orders wait, and few of those that are over are kept', async (t) => {
  const bench = new DeskBench();
  for (let id = 0; id < 64; id += 1) await bench.take(bench.order({ id }));
  await t.rejects(bench.take(bench.order({ id: 64 })), { code: 'limit_reached' });
  await bench.pass(minute);
  for (let id = 64; id < 100; id += 1) await bench.take(bench.order({ id }));
  await bench.pass(minute);
  t.equal(bench.told.length, 100);
  t.equal(bench.book.entries.length, 64);
});

t.test('instants are those that there are, in UTC', (t) => {
  const table = [
    ['2025-03-14T15:00:00.000000', Date.UTC(2025, 2, 14, 15)],
    ['2025-03-14T15:00:00.338870', Date.UTC(2025, 2, 14, 15, 0, 0, 338)],
    ['2025-03-14T15:00:00', Date.UTC(2025, 2, 14, 15)],
    ['2024-02-29T23:59:59.9Z', Date.UTC(2024, 1, 29, 23, 59, 59, 900)],
    ['2025-02-29T00:00:00', undefined],
    ['2025-13-01T00:00:00', undefined],
    ['2025-01-01T24:00:00', undefined],
    ['2025-01-01T00:00:60', undefined],
    ['2025-01-01 00:00:00', undefined],
    ['2025-01-01T00:00:00+01:00', undefined],
    ['', undefined],
  ] as const;
  for (const [text, wanted] of table) t.equal(utcInstantMs(text), wanted, text);
  t.equal(utcInstantText(Date.UTC(2025, 2, 14, 15, 0, 0, 338)), '2025-03-14T15:00:00.338000');
  t.end();
});
