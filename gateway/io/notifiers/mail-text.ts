import { oneLine, plainLines } from '../plain-text.ts';
import type { NotifierMessage } from './notifier.ts';

interface MailSlip {
  readonly from: string;
  readonly to: string;
  /** When it is written, UTC epoch ms: mail programs sort by it. */
  readonly nowMs: number;
}

const subjectLengthMax = 200;
const nameLengthMax = 64;
const textLengthMax = 20_000;
/** Of severities: what mail programs mark (RFC 4021, 2.1.55). */
const importance = { safety: 'high', warning: 'normal', info: 'low' } as const;

/** A mail as it goes over the wire (RFC 5322), but for the dots and the lines' ends. Text only. */
export async function mailText(message: NotifierMessage, { from, to, nowMs }: MailSlip): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { title, text, link, reference, site, rule, kind, severity } = message;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const composer = new MailComposer({
    from: { name: oneLine(site, nameLengthMax), address: from },
    to: { name: '', address: to },
    subject: oneLine(title, subjectLengthMax),
    text:
      [plainLines(text, textLengthMax), ...(link === undefined ? [] : [link]), ''].join('\n\n').trim() + '\n',
    messageId: `<${reference.replace(/[^\w.-]/g, '-')}@${asciiDomain(domain)}>`,
    date: new Date(nowMs),
    headers: {
      // RFC 3834, 5: nobody's holiday notice answers it.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      Importance: importance[severity],
      'X-eGW-Rule': oneLine(rule, nameLengthMax),
      'X-eGW-Kind': kind,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

function asciiDomain(domain: string): string {
  const host = URL.parse(`http://${domain}`)?.hostname ?? '';
  return /^[\w.-]+$/.test(host) ? host : 'egw.invalid';
}
