import { generate } from 'lean-qr';
import type { SetupCode } from './setup-code.ts';

/** What is on the label: see docs/provisioning-protocol.md, section 3. */
export interface SetupLabel {
  /** `EGW1:` fingerprint `:` code, behind the address of the page where there is one. */
  readonly text: string;
  readonly fingerprint: string;
  /** `7K3M-9QXC-41TZ-HW0E`. */
  readonly code: string;
  /** The QR code of the text: its rows of `0` and `1` (dark), without the quiet zone of four around it. */
  readonly qr: readonly string[];
}

/** @param page an https address, `provisioning.page` */
export function labelOf(code: SetupCode, fingerprint: string, page: string | undefined): SetupLabel {
  const own = `EGW1:${fingerprint}:${code.plain}`;
  const text = page === undefined ? own : `${page}#${own}`;
  const picture = generate(text);
  const { size } = picture;
  const qr = Array.from({ length: size }, (_row, y) =>
    Array.from({ length: size }, (_column, x) => (picture.get(x, y) ? '1' : '0')).join(''),
  );
  return { text, fingerprint, code: code.forPeople, qr };
}
