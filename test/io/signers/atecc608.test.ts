import t from 'tap';
import { atecc608 } from '../../../gateway/io/signers/atecc608.ts';
import {
  answerOf,
  chipCommands,
  commandBytes,
  isAwake,
} from '../../../gateway/io/signers/atecc608-packet.ts';
import type { ChipFault } from '../../../modbus-sim/i2c/atecc608-chip.ts';
import { serial, SignerBench } from './signer-bench.ts';

t.test('packets are those of the data sheet', (t) => {
  // CryptoAuthLib’s well-known bytes: Info, Random, and what a chip says when it wakes up.
  t.equal(commandBytes(chipCommands.revision()).toString('hex'), '030730000000035d');
  t.equal(commandBytes(chipCommands.random()).toString('hex'), '03071b00000024cd');
  t.ok(isAwake(Buffer.from('04113343', 'hex')));
  t.notOk(isAwake(Buffer.from('04113342', 'hex')));
  t.same(
    answerOf(chipCommands.loadDigest(Buffer.alloc(32)), Buffer.from('04000340', 'hex')),
    Buffer.from([0]),
  );
  t.throws(() => answerOf(chipCommands.loadDigest(Buffer.alloc(32)), Buffer.from('04000341', 'hex')), {
    code: 'signer_unavailable',
    facts: { reason: 'damaged' },
  });
  for (const bytes of ['', '00', 'ff'.repeat(7), '03ffff', '0400'])
    t.throws(() => answerOf(chipCommands.revision(), Buffer.from(bytes, 'hex')), {
      code: 'signer_unavailable',
    });
  t.end();
});

t.test('the chip gives its serial number and its key, at either address, and sleeps after use', async (t) => {
  for (const address of [0x35, 0x60]) {
    const bench = new SignerBench();
    const chip = bench.putChip(address, { revision: 0x03 });
    const signer = await atecc608.open({ i2cBus: 3 }, bench.ports);
    t.equal(signer.algorithm, 'ES256');
    t.same(Buffer.from(signer.chipSerial ?? []), serial);
    t.same(Buffer.from(signer.publicKey), Buffer.from(chip.publicKey));
    t.ok(chip.isAsleep(bench.nowMs));
    await signer.sign(Buffer.from('m'));
    t.ok(chip.isAsleep(bench.nowMs), 'after a signature');
    t.same(bench.opened, [3]);
    await signer.close();
  }
});

t.test('an address that is set is the only one that is asked', async (t) => {
  const bench = new SignerBench();
  bench.putChip(0x60);
  await t.rejects(atecc608.open({ i2cAddress: '0x35' }, bench.ports), {
    code: 'signer_unavailable',
    message: /0x35/,
  });
  await (await atecc608.open({ i2cAddress: '0x60' }, bench.ports)).close();
});

t.test('one fault at any transfer is overcome by a wake and another try', async (t) => {
  const quiet = new SignerBench();
  const counted = quiet.putChip(0x35);
  const reference = await atecc608.open({}, quiet.ports);
  await reference.sign(Buffer.from('m'));
  const transfers = counted.transfers;
  t.ok(transfers > 15, `${transfers} transfers`);
  for (const fault of ['silent', 'garbled', 'asleep'] as const satisfies readonly ChipFault[]) {
    for (let at = 0; at < transfers; at += 1) {
      const bench = new SignerBench();
      const chip = bench.putChip(0x35, { fault: (transfer) => (transfer === at ? fault : undefined) });
      const signer = await atecc608.open({}, bench.ports);
      const signature = await signer.sign(Buffer.from('m'));
      t.equal(signature.length, 64, `${fault} at ${at}`);
      t.ok(chip.isAsleep(bench.nowMs + 1_700));
      await signer.close();
    }
  }
});

t.test(
  'a chip that falls silent costs its signatures and nothing else, and is used again when it is back',
  async (t) => {
    const bench = new SignerBench();
    let isSilent = false;
    const chip = bench.putChip(0x60, { fault: () => (isSilent ? 'silent' : undefined) });
    const first = await atecc608.open({}, bench.ports);
    isSilent = true;
    await t.rejects(first.sign(Buffer.from('m')), { code: 'signer_unavailable', retryable: true });
    await first.close();
    const restarted = await atecc608.open({}, bench.ports);
    t.same(Buffer.from(restarted.publicKey), Buffer.from(chip.publicKey), 'it has its name all the same');
    t.same(Buffer.from(restarted.chipSerial ?? []), serial);
    t.match(bench.warnings, [/does not answer/]);
    await t.rejects(restarted.sign(Buffer.from('m')), { code: 'signer_unavailable' });
    isSilent = false;
    t.equal((await restarted.sign(Buffer.from('m'))).length, 64);
    await restarted.close();
  },
);

t.test('a failed signature does not keep the next one back', async (t) => {
  const bench = new SignerBench();
  let left = 0;
  bench.putChip(0x60, { fault: () => ((left -= 1) >= 0 ? 'silent' : undefined) });
  const signer = await atecc608.open({}, bench.ports);
  left = 25;
  const outcomes = await Promise.allSettled([signer.sign(Buffer.from('a')), signer.sign(Buffer.from('b'))]);
  t.same(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
});

t.test('another chip in its place is refused, at the start and at a signature', async (t) => {
  const bench = new SignerBench();
  const chip = bench.putChip(0x60);
  const signer = await atecc608.open({}, bench.ports);
  const kept = new Map(bench.disk.files);
  bench.putChip(0x60, { secret: Buffer.from('22'.repeat(32), 'hex') });
  await t.rejects(signer.sign(Buffer.from('m')), {
    code: 'signer_unavailable',
    facts: { reason: 'wrong_signature' },
  });
  await t.rejects(atecc608.open({}, bench.ports), { code: 'identity_damaged' });
  t.same(bench.disk.files, kept);
  bench.chips.set(0x60, chip);
  t.equal((await signer.sign(Buffer.from('m'))).length, 64);
});

t.test('a chip that was never set up, and none at all, are told apart, with what to do', async (t) => {
  const blank = new SignerBench();
  blank.putChip(0x35, { isBlank: true });
  await t.rejects(atecc608.open({}, blank.ports), {
    code: 'signer_unavailable',
    message: /GenKey/,
    hint: /slot 0/,
  });
  t.equal(blank.disk.files.size, 0);
  const none = new SignerBench();
  await t.rejects(atecc608.open({}, none.ports), { message: /0x35 or 0x60/, facts: { reason: 'EREMOTEIO' } });
  none.busCode = 'ENOENT';
  await t.rejects(atecc608.open({}, none.ports), { code: 'signer_unavailable', hint: /i2c_arm/ });
});

t.test('a chip whose answers are never whole is given up after five tries', async (t) => {
  const bench = new SignerBench();
  let wakes = 0;
  bench.putChip(0x60, { fault: (transfer) => (transfer % 3 === 2 ? 'garbled' : undefined) });
  const { ports } = bench;
  const counting = {
    ...ports,
    pause: async (ms: number) => {
      if (ms === 2) wakes += 1;
      await ports.pause(ms);
    },
  };
  await t.rejects(atecc608.open({ i2cAddress: '0x60' }, counting), { code: 'signer_unavailable' });
  t.ok(wakes >= 5 && wakes <= 10, `${wakes} wakes`);
  t.ok(bench.nowMs < 10_000);
});
