import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { ServiceServer } from '../../modbus-sim/services/service-server.ts';
import { SmtpService } from '../../modbus-sim/services/smtp-service.ts';
import type { SmtpStep } from '../../modbus-sim/services/smtp-session.ts';
import { VonageService } from '../../modbus-sim/services/vonage-service.ts';
import { W1Folder } from '../../modbus-sim/w1/w1-folder.ts';
import { startMortalGateway, type MortalGateway } from './mortal-gateway.ts';

export interface AlertKills {
  readonly kills: number;
  /** Messages that people should have: of each rule, beginning or end, to each recipient. */
  readonly expected: number;
  /** Those that nobody got. */
  readonly lost: number;
  /** Those that came again under another id: no mail program can tell that they are one. */
  readonly doubled: number;
  /** Mails that came again with their Message-ID: the gateway died after the dot, before it heard that it was taken. */
  readonly mailRepeats: number;
  /** SMS that came again for the same reason: once at most each. */
  readonly smsRepeats: number;
  /** Kills at which a message was on its way, or waited: others show nothing. */
  readonly killsAtWork: number;
  /** Messages that are not over in the gateway's own account. */
  readonly open: number;
}

interface Trial {
  readonly directory: string;
  readonly random: SeededRandom;
  readonly probe: W1Folder;
  readonly mail: SmtpService;
  readonly sms: VonageService;
  /** Tellings so far: the probe has turned so often. */
  turns: number;
  killsAtWork: number;
  lost: number;
  doubled: number;
  /** Ids of all messages that were accounted for. */
  readonly known: Set<string>;
}

const probeId = '28-00000a69bebf';
const rules = ['one', 'two', 'three'];
const mailRecipients = ['ana@example.org', 'bob@example.org'];
const smsRecipients = ['33612345678'];
const limitC = 50;
const apiKey = 'key';
const apiSecret = 'secret';
/** Rules are looked at each 5 s, after a reading of each second. */
const toldWithinMs = 9_000;
const doneWithinMs = 60_000;
const perTurn = rules.length * (mailRecipients.length + smsRecipients.length);

/**
 * Where the mail server keeps the gateway waiting, so that it is killed there: before it has a mail, and when it has one
 * and has not said so (`body`).
 */
const heldAt: readonly (SmtpStep | undefined)[] = [undefined, undefined, 'greeting', 'rcpt', 'body', 'body'];

/**
 * A gateway tells of a probe that is too cold, and of its end, by mail and by SMS, and is killed while it does. Then it
 * is started again, and has the time to finish. What the mail server and the SMS service took is the truth.
 */
export async function killDuringAlerts(how: {
  readonly seed: number;
  readonly kills: number;
}): Promise<AlertKills> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-alert-kills-'));
  const mail = await SmtpService.start();
  const sms = new VonageService({ apiKey, apiSecret, balance: 10_000 });
  const smsServer = await ServiceServer.start({ service: sms, nowMs: () => Date.now() });
  try {
    const probe = new W1Folder(join(directory, 'w1'));
    prepare(directory, { probe, mailPort: mail.port, smsUrl: smsServer.url });
    const random = new SeededRandom(how.seed);
    const trial: Trial = {
      ...{ directory, random, probe, mail, sms },
      ...{ turns: 0, killsAtWork: 0, lost: 0, doubled: 0, known: new Set() },
    };
    return await liveAndDie(trial, how.kills);
  } finally {
    await Promise.all([mail.close(), smsServer.close()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function prepare(
  directory: string,
  of: { readonly probe: W1Folder; readonly mailPort: number; readonly smsUrl: string },
): void {
  mkdirSync(join(directory, 'data'));
  turnTo(of.probe, limitC + 15);
  const ruleTexts = rules.map(
    (id) =>
      `    - { id: ${id}, reading: probe/${probeId}/temperature_c, below: ${limitC}, cooldown: 1ms, severity: safety, title: "Rule ${id}" }\n`,
  );
  const text = `network: { allowLoopbackDevices: true }
storage: { policy: durable }
sources:
  - { id: probe, kind: ds18b20, basePath: ${of.probe.devices}, period: 1s }
notifiers:
  - { id: post, kind: mail, host: 127.0.0.1, port: ${of.mailPort}, security: none, from: egw@example.org, recipients: [${mailRecipients.join(', ')}] }
  - { id: phone, kind: vonage-sms, baseUrl: "${of.smsUrl}", apiKey: ${apiKey}, apiSecret: ${apiSecret}, recipients: [${smsRecipients.map((to) => `"+${to}"`).join(', ')}] }
alerts:
  rules:
${ruleTexts.join('')}`;
  writeFileSync(join(directory, 'data', 'egw.yaml'), text);
}

function turnTo(probe: W1Folder, celsius: number): void {
  probe.show([{ id: probeId, celsius }]);
}

async function liveAndDie(trial: Trial, kills: number): Promise<AlertKills> {
  let gateway = await startMortalGateway(join(trial.directory, 'data'));
  // It has to have seen that all is well before something is not.
  await setTimeout(toldWithinMs);
  let done = 0;
  while (done < kills) {
    turn(trial);
    // Most turns with one kill, some with more before it can finish.
    for (let more = trial.random.pick([1, 1, 2]); more > 0 && done < kills; more -= 1, done += 1) {
      await untilSomethingHappens(trial);
      if (takenOf(trial) < trial.turns * perTurn) trial.killsAtWork += 1;
      await gateway.end();
      for (const step of heldAt) if (step !== undefined) trial.mail.misbehave(step, undefined);
      trial.mail.release();
      gateway = await startMortalGateway(join(trial.directory, 'data'));
    }
    await untilAllTold(trial);
    settleTurn(trial);
  }
  const open = await openDeliveries(gateway);
  await gateway.end('SIGTERM');
  // What came after its turn was one too many.
  settleRest(trial);
  return { kills: done, open, ...accountOf(trial) };
}

/** The probe is too cold, or is not any more. */
function turn(trial: Trial): void {
  trial.turns += 1;
  turnTo(trial.probe, trial.turns % 2 === 1 ? limitC - 5 : limitC + 15);
}

/** Until some of the messages were taken, and a moment longer; until the mail server is about to answer; or any time. */
async function untilSomethingHappens({ random, mail, turns }: Trial): Promise<void> {
  const late = setTimeout(toldWithinMs);
  if (random.isLucky(0.15)) {
    await setTimeout(random.integer(0, toldWithinMs));
    return;
  }
  const held = heldAt[random.integer(0, heldAt.length - 1)];
  if (held !== undefined) {
    mail.misbehave(held, { kind: 'hold' });
    await Promise.race([mail.holding(), late]);
    return;
  }
  const before = (turns - 1) * rules.length * mailRecipients.length;
  const wanted = before + random.integer(1, rules.length * mailRecipients.length);
  await Promise.race([mail.mailbox.length >= wanted ? undefined : mail.taken(wanted), late]);
  await setTimeout(random.pick([0, random.integer(0, 30), random.integer(0, 200)]));
}

async function untilAllTold(trial: Trial): Promise<void> {
  const untilMs = performance.now() + doneWithinMs;
  while (takenOf(trial) < trial.turns * perTurn && performance.now() < untilMs) await setTimeout(50);
}

interface Taken {
  /** Which rule, and to whom. */
  readonly thing: string;
  readonly id: string;
}

/** In the order in which they came, those that came again too. */
function allTaken({ mail, sms }: Pick<Trial, 'mail' | 'sms'>): readonly Taken[] {
  const ruleIn = (text: string): string => rules.find((rule) => text.includes(`Rule ${rule}`)) ?? 'no rule';
  return [
    ...mail.mails.map(({ to, subject, messageId }) => ({
      thing: `${ruleIn(subject)} ${to.join()}`,
      id: messageId,
    })),
    ...sms.messages.map(({ to, text, clientRef }) => ({ thing: `${ruleIn(text)} ${to}`, id: clientRef })),
  ];
}

/** Different messages. */
function takenOf(trial: Trial): number {
  return new Set(allTaken(trial).map(({ id }) => id)).size;
}

/** Each rule has told each recipient once that it began, or ended. */
function settleTurn(trial: Trial): void {
  const fresh = takenSince(trial);
  for (const rule of rules) {
    for (const recipient of [...mailRecipients, ...smsRecipients]) {
      const count = fresh.filter(({ thing }) => thing === `${rule} ${recipient}`).length;
      if (count === 0) trial.lost += 1;
      else trial.doubled += count - 1;
    }
  }
}

function settleRest(trial: Trial): void {
  trial.doubled += takenSince(trial).length;
}

/** Messages with ids that were not there before. */
function takenSince(trial: Trial): readonly Taken[] {
  return allTaken(trial).filter(({ id }) => {
    if (trial.known.has(id)) return false;
    trial.known.add(id);
    return true;
  });
}

async function openDeliveries({ client }: MortalGateway): Promise<number> {
  let open = 0;
  for (const state of ['queued', 'sending']) {
    const { body } = await client.ask({ method: 'GET', path: `/api/v1/deliveries?state=${state}` });
    open += (body as { readonly deliveries: readonly unknown[] }).deliveries.length;
  }
  return open;
}

function accountOf(trial: Trial): Omit<AlertKills, 'kills' | 'open'> {
  const { mail, sms, turns, killsAtWork, lost, doubled } = trial;
  const repeats = (ids: readonly string[]): number => ids.length - new Set(ids).size;
  return {
    ...{ killsAtWork, lost, doubled, expected: turns * perTurn },
    mailRepeats: repeats(mail.mails.map(({ messageId }) => messageId)),
    smsRepeats: repeats(sms.messages.map(({ clientRef }) => clientRef)),
  };
}
