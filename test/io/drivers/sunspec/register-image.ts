import { GatewayError, type ErrorCode } from '../../../../gateway/core/errors.ts';
import { createPollDecoder } from '../../../../gateway/io/drivers/decode-poll.ts';
import type { RegisterMap, RegisterReader } from '../../../../gateway/io/drivers/driver.ts';
import { planOptionsOf, planRanges, spansOf } from '../../../../gateway/io/drivers/plan-ranges.ts';
import { sunspec } from '../../../../gateway/io/drivers/sunspec.ts';
import type { RegisterRange } from '../../../../gateway/io/transports/transport.ts';

/** A model as its maker would write it down: by offset from the ID word, the words that stand there. */
export interface ModelImage {
  readonly id: number;
  readonly length: number;
  readonly words: Readonly<Record<number, readonly number[]>>;
  /** What the device says its length is, when it lies. */
  readonly saidLength?: number;
  /** What stands everywhere else; "not implemented" of most types unless said. */
  readonly fill?: number;
}

/** Words of each type, high word first. */
export const s16 = (value: number): number[] => [value & 0xffff];
export const u32 = (value: number): number[] => [Math.floor(value / 0x10000) & 0xffff, value & 0xffff];
export const u64 = (value: bigint): number[] =>
  [48n, 32n, 16n, 0n].map((shift) => Number((value >> shift) & 0xffffn));
export function f32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}
export function text(value: string, words: number): number[] {
  const bytes = Buffer.alloc(2 * words);
  bytes.write(value, 'latin1');
  return Array.from({ length: words }, (_, index) => bytes.readUInt16BE(2 * index));
}

export function common(
  texts: { maker: string; model: string; serial: string; firmware?: string; option?: string },
  length: 65 | 66 = 66,
): ModelImage {
  const { maker, model, serial, firmware = '1.2.3', option = '' } = texts;
  const words = {
    2: text(maker, 16),
    18: text(model, 16),
    34: text(option, 8),
    42: text(firmware, 8),
    50: text(serial, 16),
  };
  return { id: 1, length, words: { ...words, 66: [1] }, fill: 0x8000 };
}

/** The registers of a device that refuses whatever is not there. It counts what it is asked. */
export class RegisterImage {
  readonly words = new Map<number, number>();
  readonly requests: RegisterRange[] = [];
  failure: ((range: RegisterRange) => GatewayError | undefined) | undefined;

  /** A chain from the marker at `base`, with its end marker unless said. */
  static of(
    models: readonly ModelImage[],
    base = 40_000,
    endMarker: readonly number[] = [0xffff, 0],
  ): RegisterImage {
    const image = new RegisterImage();
    image.put(base, [0x5375, 0x6e53]);
    let address = base + 2;
    for (const model of models) {
      const body = Array.from({ length: model.length }, () => model.fill ?? 0xffff);
      image.put(address, [model.id, model.saidLength ?? model.length, ...body]);
      for (const [offset, words] of Object.entries(model.words)) image.put(address + Number(offset), words);
      address += 2 + model.length;
    }
    image.put(address, endMarker);
    return image;
  }

  put(address: number, words: readonly number[]): void {
    words.forEach((word, index) => this.words.set(address + index, word & 0xffff));
  }

  readonly read: RegisterReader = async (range) => {
    this.requests.push(range);
    const failure = this.failure?.(range);
    if (failure !== undefined) throw failure;
    if (range.count < 1 || range.count > 125) throw exception(3);
    const words = Array.from({ length: range.count }, (_, index) => this.words.get(range.address + index));
    if (range.table !== 'holding' || words.includes(undefined)) throw exception(2);
    return Uint16Array.from(words as number[]);
  };
}

export function exception(code: number): GatewayError {
  return failure(code === 5 || code === 6 ? 'device_busy' : 'device_exception', { exception: code });
}

export function failure(code: ErrorCode, facts: Record<string, number> = {}): GatewayError {
  return new GatewayError(code, `test: ${code}`, { facts });
}

/** One poll of the map: what has a value, and the names of what is missing or suspect. */
export async function poll(
  map: RegisterMap,
  read: RegisterReader,
): Promise<{ values: Record<string, number>; missing: string[]; suspect: string[] }> {
  const blocks = [];
  for (const { range } of planRanges(spansOf(map.fields), planOptionsOf(sunspec))) {
    blocks.push({ range, words: await read(range) });
  }
  const decoded = createPollDecoder(map)(blocks);
  const named = (quality: string): string[] =>
    decoded
      .filter((each) => each.quality === quality)
      .map(({ quantity }) => quantity)
      .sort();
  const good = decoded.filter(({ quality }) => quality !== 'missing');
  return {
    values: Object.fromEntries(good.map(({ quantity, value }) => [quantity, value])),
    missing: named('missing'),
    suspect: named('suspect'),
  };
}
