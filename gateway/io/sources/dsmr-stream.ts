import { crc16Arc } from './crc16-arc.ts';
import { parseTelegram, type DsmrTelegram } from './dsmr-telegram.ts';

/** The longest that the standards allow is below 4 KiB: a message of 2,048 characters and a log of a year. */
const telegramLengthMax = 16_384;
const endPattern = /[\r\n]!([^\r\n]{0,8})[\r\n]/;
const startPattern = /\/[A-Za-z0-9]{4}/g;
/** DLMS general ciphering: its tag, a system title of 8 bytes, a length of 128 or more. */
const encryptedPattern = /\xdb\x08[\s\S]{8}[\x81\x82]/;
/** Only meters with a CRC send their version or the time. */
const newerCodes = ['1-3:0.2.8', '0-0:96.1.4', '0-0:1.0.0'];

/**
 * Finds the telegrams in what comes from a P1 port, however it is cut into pieces. What a CRC does not confirm is
 * dropped and counted, and the search goes on at the next `/`, also within what was dropped. A meter that has sent a
 * CRC once has to send it always.
 */
export class DsmrStream {
  #pending = '';
  #needsCrc = false;
  #dropped = 0;
  #isEncrypted = false;

  /** Ends of telegrams that no whole telegram came before. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether what comes is enciphered, and not what a telegram is. */
  get isEncrypted(): boolean {
    return this.#isEncrypted;
  }

  /** Telegrams that are complete with these bytes, in their order. */
  push(bytes: Uint8Array): readonly DsmrTelegram[] {
    this.#pending += Buffer.from(bytes).toString('latin1');
    if (encryptedPattern.test(this.#pending)) this.#isEncrypted = true;
    const telegrams: DsmrTelegram[] = [];
    for (let end = endPattern.exec(this.#pending); end !== null; end = endPattern.exec(this.#pending)) {
      const found = this.#findIn(this.#pending.slice(0, end.index + 2), (end[1] ?? '').trim());
      if (found === undefined) this.#dropped += 1;
      else telegrams.push(found);
      this.#pending = this.#pending.slice(end.index + end[0].length - 1);
    }
    this.#pending = this.#pending.slice(-telegramLengthMax);
    if (telegrams.length > 0) this.#isEncrypted = false;
    return telegrams;
  }

  /** In what came up to a `!`: whatever may be before it, and a telegram that lost its own end. */
  #findIn(text: string, crc: string): DsmrTelegram | undefined {
    const piece = text.slice(-telegramLengthMax);
    const starts = Array.from(piece.matchAll(startPattern), ({ index }) => index);
    if (crc === '') return this.#withoutCrc(piece, starts.at(-1));
    if (!/^[0-9A-Fa-f]{1,4}$/.test(crc)) return undefined;
    // Some meters leave out leading zeros.
    const expected = Number.parseInt(crc, 16);
    const start = starts.find((index) => crc16Arc(piece.slice(index)) === expected);
    if (start === undefined) return undefined;
    this.#needsCrc = true;
    return parseTelegram(piece.slice(start), true);
  }

  #withoutCrc(piece: string, start: number | undefined): DsmrTelegram | undefined {
    if (this.#needsCrc || start === undefined) return undefined;
    const telegram = parseTelegram(piece.slice(start), false);
    return newerCodes.some((code) => telegram?.objects.has(code)) ? undefined : telegram;
  }
}
