import { createHash } from 'node:crypto';
import { Type, type Static, type TSchema } from 'typebox';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { SequenceRange, TelemetryPlace, UplinkMark } from '../../storage/telemetry-calls.ts';
import type { PublicKey } from '../public-key.ts';
import { closed } from '../schema.ts';
import type { BackendMessage } from './backend-message.ts';
import { holdsRange, joinRanges, type SequenceRanges } from './sequence-ranges.ts';

const number = (minimum: number): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER });
const rangesMax = 1_000;

const ackSchema = closed({
  v: Type.Literal(1),
  kind: Type.Literal('ack'),
  gateway: Type.String({ maxLength: 64 }),
  epoch: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  to: number(0),
  head: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  also: Type.Optional(
    Type.Array(Type.Array(number(1), { minItems: 2, maxItems: 2 }), { maxItems: rangesMax }),
  ),
  at: number(0),
  issuer: Type.String({ minLength: 1, maxLength: 64 }),
  signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }),
});

/** What a backend says that it has for good, as it said it. */
export type Ack = Static<typeof ackSchema>;

/** What an acknowledgement is held against. */
export interface AckContext {
  readonly gateway: string;
  readonly mark: UplinkMark;
  /** Records that may have been sent to that backend. */
  readonly sent: SequenceRanges;
  readonly nowMs: number;
}

/** Why an acknowledgement is not heard; the words are for the security log. */
export interface AckRefusal {
  readonly kind: 'ack.invalid' | 'ack.foreign' | 'ack.replayed' | 'ack.forged' | 'ack.impossible';
  readonly why: string;
  /** Who it is from, where it is signed. */
  readonly issuer?: string;
}

/** A clock that is further ahead would keep all later acknowledgements from being heard. */
const aheadMsMax = 86_400_000;
const noHead = '0'.repeat(64);

/** Checks a value against a schema. Errors: `input_invalid`. */
export type CheckOf = (schema: TSchema) => (value: unknown) => void;

/** Reads what has the form of one. Errors: `input_invalid`, naming the member. */
export function ackReader(checkOf: CheckOf): (message: BackendMessage) => Ack {
  const check = checkOf(ackSchema);
  return (message) => {
    check(message);
    return message as unknown as Ack;
  };
}

export function isSignedAck(ack: Ack, key: PublicKey): boolean {
  const { signature, ...rest } = ack;
  const hash = createHash('sha256').update(canonicalJson(rest));
  return key.verify(Buffer.from(`gw-ack-1\n${hash.digest('hex')}`), signature);
}

/** What speaks against one that is signed, besides its head; `repeated`: it is the last one once more. */
export function judgeAck(ack: Ack, context: AckContext): AckRefusal | 'repeated' | undefined {
  const { gateway, mark, sent, nowMs } = context;
  if (ack.gateway !== gateway) return { kind: 'ack.foreign', why: 'it is for another gateway' };
  if (ack.at <= mark.saidMs) {
    if (ack.at === mark.saidMs && ack.to === mark.sequence) return 'repeated';
    return { kind: 'ack.replayed', why: 'it is older than another that was heard' };
  }
  if (ack.at > nowMs + aheadMsMax)
    return {
      kind: 'ack.invalid',
      why: 'its time is more than a day ahead: the clock of the backend is wrong',
    };
  const also = alsoOf(ack);
  if (also === undefined) return { kind: 'ack.invalid', why: 'its ranges are not ascending, or touch' };
  const claimed = ack.to === 0 ? also : joinRanges([[1, ack.to]], also);
  if (!claimed.every((range) => holdsRange(sent, range)))
    return { kind: 'ack.impossible', why: 'it says to have what was never sent' };
  if (ack.to === 0 && ack.head !== noHead) return { kind: 'ack.impossible', why: 'it has a head of nothing' };
  return undefined;
}

/** Of a chain that ended: a backend may have had more of it than the database that was restored knows. */
export function ackUpTo(ack: Ack, { sequence, head }: TelemetryPlace): Ack {
  const also = (ack.also ?? [])
    .filter(([from = 0]) => from <= sequence)
    .map(([from = 0, to = 0]) => [from, Math.min(to, sequence)]);
  return ack.to > sequence ? { ...ack, also, to: sequence, head } : { ...ack, also };
}

/** The mark that it makes. */
export function markOf(ack: Ack, readings: number): UplinkMark {
  return { epoch: ack.epoch, sequence: ack.to, also: alsoOf(ack) ?? [], saidMs: ack.at, readings };
}

function alsoOf({ to, also = [] }: Ack): readonly SequenceRange[] | undefined {
  const ranges: SequenceRange[] = [];
  let end = to;
  for (const [from = 0, last = 0] of also) {
    if (from <= end + 1 || last < from) return undefined;
    ranges.push([from, last]);
    end = last;
  }
  return ranges;
}
