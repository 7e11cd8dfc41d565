import t from 'tap';
import { badReplies } from '../../../bench/frames/bad-replies.ts';
import { MbapFraming } from '../../../gateway/io/transports/mbap-framing.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';

const rounds = 200;

for (const [kind, badReply] of Object.entries(badReplies)) {
  t.test(`a reply with ${kind} is bad, and no value comes of it`, (t) => {
    const random = new SeededRandom(`test ${kind}`);
    let believed = 0;
    for (let round = 0; round < rounds; round += 1) {
      const answers: Buffer[] = [];
      const framing = new MbapFraming({
        onAnswer: (unitAndPdu) => answers.push(Buffer.from(unitAndPdu)),
        onLateAnswer: () => undefined,
        onInvalid: () => undefined,
        onRefused: () => undefined,
        onReply: () => undefined,
      });
      const request = Buffer.from(framing.request(Buffer.of(1, 3, 0, 0, 0, 2)));
      const honest = Buffer.concat([
        request.subarray(0, 2),
        Buffer.of(0, 0, 0, 7, 1, 3, 4, 0xa1, 0xb2, 0xc3, 0xd4),
      ]);
      const bad = badReply(honest, random);
      if (bad.equals(honest)) t.fail(`${bad.toString('hex')} is the honest reply`);
      framing.push(bad);
      believed += answers.length;
      for (const answer of answers) t.ok(answer.equals(honest.subarray(6)), 'what is believed is right');
    }
    t.equal(believed, kind === 'trailing_garbage' ? rounds : 0);
    t.end();
  });
}

t.end();
