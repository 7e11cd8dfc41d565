import { encodeBase32 } from './base32.ts';
import { ownFault } from './setup-error.ts';

/** What the label of a gateway says, or as much of it as was typed. */
export interface SetupLabel {
  /** 16 characters of Crockford's base 32, capitals, no dashes. */
  readonly code: string;
  /** SHA-256 of the gateway's public key in base 32, 52 capitals; undefined when only the code is known. */
  readonly fingerprint: string | undefined;
}

const codeLength = 16;
/** Sixteen characters are readable in groups of four. */
const groupLength = 4;

/**
 * Reads what was scanned or typed: the text of a QR code (`EGW1:…`), an address with that text behind `#`, the link of
 * a gateway's console (`#pair=`), or the code alone. Errors: `label_unreadable`, `protocol_unknown`.
 */
export function parseLabel(text: string): SetupLabel {
  const told = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text;
  const said = decoded(told)
    .trim()
    .replace(/^pair=/i, '');
  const version = /^EGW(\d+):/i.exec(said)?.[1];
  if (version === undefined && /[:/]/.test(said))
    throw ownFault('label_unreadable', 'That QR code or text is not of the label of a gateway.');
  if (version === undefined) return { code: normaliseCode(said), fingerprint: undefined };
  if (version !== '1') throw ownFault('protocol_unknown');
  const [, fingerprint = '', code = ''] = /^EGW1:([A-Z2-7]{52}):([^:]*)$/i.exec(said) ?? [];
  if (fingerprint === '')
    throw ownFault('label_unreadable', 'That QR code is damaged, or not all of it was read.');
  return { code: normaliseCode(code), fingerprint: fingerprint.toUpperCase() };
}

/** As it is printed, however much of it is there: `7K3M-9QXC-41TZ-HW0E`. */
export function groupCode(typed: string): string {
  const symbols = symbolsOf(typed).slice(0, codeLength);
  return symbols.replaceAll(new RegExp(`(.{${groupLength}})(?=.)`, 'g'), '$1-');
}

/** The first 16 characters of the fingerprint, in small letters. */
export function gatewayIdOf(fingerprint: string): string {
  return fingerprint.slice(0, 16).toLowerCase();
}

/** As it stands on a label: 52 capitals. */
export async function fingerprintOf(publicKey: Uint8Array): Promise<string> {
  return encodeBase32(new Uint8Array(await crypto.subtle.digest('SHA-256', publicKey.slice())));
}

function normaliseCode(typed: string): string {
  const symbols = symbolsOf(typed);
  const wrong = /[^0-9A-HJKMNP-TV-Z]/.exec(symbols)?.[0];
  if (wrong !== undefined) throw ownFault('label_unreadable', `A set-up code has no “${wrong}”.`);
  if (symbols.length !== codeLength)
    throw ownFault(
      'label_unreadable',
      `A set-up code has 16 letters and digits; there are ${symbols.length}.`,
    );
  return symbols;
}

/** O is read as 0, I and L as 1 (Crockford's base 32); case, spaces and dashes do not count. */
function symbolsOf(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll(/[\s\-‐‑‒–—_.]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
