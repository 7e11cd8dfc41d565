import {
  canonicalOf,
  ChainBuilder,
  headOf,
  publishedGateway,
  type BuiltBatch,
  type Json,
  type JsonMembers,
} from './chain-builder.ts';
import { malleated } from './malleated.ts';
import { startMs } from './published-chains.ts';

/** Lines of batches that somebody has meddled with who has no key, and the first record that is not proven then. */
export interface Tampering {
  readonly kind: string;
  readonly lines: readonly string[];
  readonly firstRecord: number;
}

/** A whole number from 0 to below the bound. */
export type Draw = (bound: number) => number;

/** Numbers of a seed: xorshift. */
export function drawFrom(seed: number): Draw {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const owner = publishedGateway('owner');
const stranger = publishedGateway('stranger');

/** Eight batches of two to five records, of one pace for every seed. */
function builtChain(by: typeof owner, epoch: string): ChainBuilder {
  const draw = drawFrom(7);
  const chain = new ChainBuilder(by, { epoch, atMs: startMs });
  for (let minute = 0; minute < 8; minute += 1) {
    for (let commit = 0; commit < 2 + draw(3); commit += 1) {
      const atMs = startMs + minute * 60_000 + commit * 10_000;
      chain.commit({
        meter: {
          grid_power_w: [
            [atMs, draw(10_000) / 8],
            [atMs + 5_000, null, 'missing'],
          ],
        },
        'inverter-1': { battery_soc_pct: [[atMs, draw(1_000) / 10]] },
      });
    }
    if (minute % 3 === 1)
      chain.add({ kind: 'restart', atMs: startMs, bootId: `boot-${minute}`, version: '0.1.0' });
    chain.seal();
  }
  return chain;
}

export const tamperedEpoch = '0123456789abcdef';
const chain = builtChain(owner, tamperedEpoch);
const foreign = builtChain(stranger, tamperedEpoch).batches;
const elsewhere = builtChain(owner, 'fedcba9876543210').batches;

/** What egw-verify is told: the key, and the end, without which nobody sees that the newest are missing. */
export const tamperedArguments: readonly string[] = [
  '--key',
  owner.publicKey,
  '--expect',
  `${tamperedEpoch}:${chain.place.sequence}:${chain.place.head}`,
];
export const untampered: readonly string[] = chain.batches.map(canonicalOf);

interface Scene {
  readonly draw: Draw;
  readonly batches: BuiltBatch[];
  readonly index: number;
  readonly batch: BuiltBatch;
}

type Meddler = (scene: Scene) => {
  readonly batches: readonly (BuiltBatch | string)[];
  readonly firstRecord: number;
};

const meddlers: Readonly<Record<string, Meddler>> = {
  'edits a value, a time or a name': (scene) => inPlace(scene, { records: edited(scene) }),
  'edits, and mends the head': (scene) => {
    const records = edited(scene);
    return inPlace(scene, { records, head: headOf(scene.batch.before, records) });
  },
  'edits, and mends the chain to its end': (scene) => {
    const { batches, index, batch } = scene;
    batch.records = edited(scene);
    let before = batch.before;
    for (const later of batches.slice(index)) {
      later.before = before;
      before = later.head = headOf(before, later.records);
    }
    return { batches, firstRecord: batch.from };
  },
  'drops a record': (scene) => {
    const at = scene.draw(scene.batch.records.length);
    return inPlace(scene, { records: scene.batch.records.toSpliced(at, 1) });
  },
  'cuts a batch short': (scene) => {
    const { records, from, to } = scene.batch;
    return inPlace(scene, {
      records: records.slice(0, -1),
      to: to - 1,
      head: headOf(scene.batch.before, records.slice(0, -1)),
      from,
    });
  },
  'drops a batch': ({ batches, index, batch }) => ({
    batches: batches.toSpliced(index, 1),
    firstRecord: batch.from,
  }),
  'drops all from here on': ({ batches, index }) => {
    const kept = Math.max(1, index);
    return { batches: batches.slice(0, kept), firstRecord: batches[kept]?.from ?? 0 };
  },
  'changes the order of records': (scene) => {
    const { records } = scene.batch;
    const at = scene.draw(records.length - 1);
    return inPlace(scene, {
      records: records.with(at, records[at + 1] ?? {}).with(at + 1, records[at] ?? {}),
    });
  },
  'breaks a text off': ({ draw, batches, index, batch }) => {
    const text = canonicalOf(batch);
    return {
      batches: batches.with(index, text.slice(0, draw(text.length)) as never),
      firstRecord: batch.from,
    };
  },
  'flips a bit of the text': ({ draw, batches, index, batch }) =>
    flippedText({ draw, batches, index, batch }),
  'pastes a batch of another gateway': ({ batches, index, batch }) => ({
    batches: batches.with(index, foreign[index] ?? batch),
    firstRecord: batch.from,
  }),
  'pastes one and renames it': (scene) => inPlace(scene, { ...foreign[scene.index], gateway: owner.gateway }),
  'pastes a batch of another epoch': ({ batches, index, batch }) => ({
    batches: batches.with(index, elsewhere[index] ?? batch),
    firstRecord: batch.from,
  }),
  'pastes one and gives it this epoch': (scene) =>
    inPlace(scene, { ...elsewhere[scene.index], epoch: tamperedEpoch }),
  'swaps signatures': ({ draw, batches, index, batch }) => {
    const other = batches[(index + 1 + draw(batches.length - 1)) % batches.length] ?? batch;
    [other.signature, batch.signature] = [batch.signature, other.signature];
    return { batches, firstRecord: Math.min(batch.from, other.from) };
  },
  'says a batch twice, once with a change': (scene) => {
    const { draw, batches, batch } = scene;
    const changed = { ...batch, records: edited(scene) };
    return { batches: batches.toSpliced(draw(batches.length + 1), 0, changed), firstRecord: batch.from };
  },
  'gives other numbers': (scene) => {
    const { from, to } = scene.batch;
    const shift = scene.draw(2) === 0 ? 1 + scene.draw(40) : -(1 + scene.draw(40));
    if (from + shift < 1) return inPlace(scene, { from: from + 7, to: to + 7 });
    const { batches } = inPlace(scene, { from: from + shift, to: to + shift });
    return { batches, firstRecord: Math.min(from, from + shift) };
  },
  'says that records are gone': ({ draw, batches, index, batch }) => {
    if (index === batches.length - 1) return { batches: batches.slice(0, -1), firstRecord: batch.from };
    const { from, to, before, head } = batch;
    const later = batches[index + 1 + draw(batches.length - index - 1)] ?? batch;
    later.records.unshift({
      kind: 'gap',
      reason: 'quota',
      ...{ from, to, before, head },
      readings: batch.count,
    });
    later.to += 1;
    later.head = headOf(later.before, later.records);
    return { batches: batches.toSpliced(index, 1), firstRecord: from };
  },
  'flips a bit of the head': (scene) => inPlace(scene, { head: flippedHash(scene, scene.batch.head) }),
  'flips a bit of the hash before': (scene) =>
    inPlace(scene, { before: flippedHash(scene, scene.batch.before) }),
  'flips a bit of the signature': (scene) => {
    const bytes = Buffer.from(scene.batch.signature, 'base64url');
    const bit = scene.draw(512);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return inPlace(scene, { signature: bytes.toString('base64url') });
  },
  'adds the order of the group to S': (scene) =>
    inPlace(scene, { signature: malleated(scene.batch.signature) }),
  'counts other readings': (scene) => inPlace(scene, { count: scene.batch.count + 1 + scene.draw(5) }),
  'takes the signature off': (scene) => inPlace(scene, { algorithm: 'none', signature: '' }),
};

export const tamperingKinds: readonly string[] = Object.keys(meddlers);

/** One of a kind that the number names. */
export function tamper(number: number, seed: number): Tampering {
  const kind = tamperingKinds[number % tamperingKinds.length] ?? '';
  const draw = drawFrom(seed);
  const batches = structuredClone(chain.batches);
  const index = draw(batches.length);
  const batch = batches[index];
  const meddler = meddlers[kind];
  if (batch === undefined || meddler === undefined) return { kind, lines: untampered, firstRecord: 0 };
  const { batches: after, firstRecord } = meddler({ draw, batches, index, batch });
  return {
    kind,
    lines: after.map((item) => (typeof item === 'string' ? item : canonicalOf(item))),
    firstRecord,
  };
}

function inPlace({ batches, index, batch }: Scene, changed: Partial<BuiltBatch>): ReturnType<Meddler> {
  const firstRecord = batch.from;
  return { batches: batches.with(index, { ...batch, ...changed } as BuiltBatch), firstRecord };
}

/** One leaf or one name of one record is another. */
function edited({ draw, batch }: Scene): JsonMembers[] {
  const records = structuredClone(batch.records);
  const at = draw(records.length);
  records[at] = changedIn(records[at] ?? {}, draw) as JsonMembers;
  return records;
}

function changedIn(value: Json, draw: Draw): Json {
  if (Array.isArray(value)) {
    const at = draw(value.length);
    return value.with(at, changedIn(value[at] ?? null, draw));
  }
  if (typeof value === 'number') return draw(2) === 0 ? value + 1 : -value - 1;
  if (typeof value === 'string') return `${value}${'abc'[draw(3)] ?? ''}`;
  return typeof value === 'object' && value !== null ? changedMember(value, draw) : 0;
}

function changedMember(value: JsonMembers, draw: Draw): Json {
  const names = Object.keys(value);
  const name = names[draw(names.length)] ?? '';
  if (draw(4) > 0) return { ...value, [name]: changedIn(value[name] ?? null, draw) };
  const { [name]: moved, ...rest } = value;
  return { ...rest, [`${name}x`]: moved ?? null };
}

function flippedHash({ draw }: Scene, hash: string): string {
  return (BigInt(`0x${hash}`) ^ (1n << BigInt(draw(256)))).toString(16).padStart(64, '0');
}

function flippedText({ draw, batches, index, batch }: Scene): ReturnType<Meddler> {
  const bytes = Buffer.from(canonicalOf(batch));
  const at = draw(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
  const text = bytes.toString('latin1');
  const from = Number(/"from":(\d+),"gateway":"[a-z2-7]{16}"/.exec(text)?.[1] ?? batch.from);
  const isHere =
    text.includes(`"epoch":"${tamperedEpoch}","from"`) && text.includes(`"gateway":"${batch.gateway}"`);
  const firstRecord = isHere && from > 0 && isJson(text) ? Math.min(from, batch.from) : batch.from;
  return { batches: batches.with(index, text as never), firstRecord };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
