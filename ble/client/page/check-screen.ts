import { SetupClient, type ClientState } from '../setup-client.ts';
import { SetupError } from '../setup-error.ts';
import { groupCode, parseLabel, type SetupLabel } from '../setup-label.ts';
import { connectTo } from './bluetooth-link.ts';
import { wallMs } from './browser-clock.ts';
import { canScan, scanLabel } from './label-scanner.ts';
import { makeElement } from './make-element.ts';
import { button, buttonRow, countDown, errorPanel, waiting, whileBusy } from './panels.ts';
import type { SetupContext } from './setup-context.ts';
import type { BluetoothPeripheral } from './web-bluetooth.ts';

/** The text of a QR code, behind the longest address of a page that a gateway may be given. */
const typedCharactersMax = 400;

/** Step 2: the code of the label, unless the address held it already. */
export function showCheck(context: SetupContext, device: BluetoothPeripheral): void {
  if (context.label === undefined) askCode(context, device);
  else void connectWithLabel(context, device, context.label);
}

/** Nothing is asked: the code came with the address. */
async function connectWithLabel(
  context: SetupContext,
  device: BluetoothPeripheral,
  label: SetupLabel,
): Promise<void> {
  const name = device.name ?? 'the gateway';
  context.wizard.show({
    step: 'Check',
    title: `Connecting to ${name}`,
    content: [waiting('It proves who it is. This takes a few seconds.')],
  });
  try {
    await enter(context, device, label);
  } catch (error) {
    const isCode = error instanceof SetupError && ['code_wrong', 'wait', 'not_proven'].includes(error.code);
    if (isCode) askCode(context, device, error);
    else context.go.find(error);
  }
}

function askCode(context: SetupContext, device: BluetoothPeripheral, problem?: unknown): void {
  const place = makeElement('div', {});
  const field = makeElement('input', {
    id: 'code',
    class: 'code',
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    placeholder: 'XXXX-XXXX-XXXX-XXXX',
    maxlength: String(typedCharactersMax),
    'aria-describedby': 'code-help',
  });
  const next = makeElement('button', { type: 'submit', class: 'primary' }, 'Check the code');
  let waitSeconds = 0;
  const submit = async (): Promise<void> => {
    place.replaceChildren();
    waitSeconds = 0;
    try {
      await enter(context, device, parseLabel(field.value));
    } catch (error) {
      showProblem(context, place, error);
      if (error instanceof SetupError) ({ waitSeconds } = error);
      field.select();
    }
  };
  const form = makeElement(
    'form',
    {},
    makeElement('label', { for: 'code' }, 'Set-up code'),
    field,
    help(),
    place,
  );
  const scan = button('Scan the QR code', 'plain', () => {
    void scanLabel(place, context.clock).then((text) => {
      if (text === undefined) return;
      field.value = text;
      form.requestSubmit();
    });
  });
  form.append(buttonRow(next, ...(canScan() ? [scan] : [])));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void whileBusy(next, 'Checking…', submit).then(() => countDown(next, waitSeconds, context.clock));
  });
  field.addEventListener('input', () => regroup(field));
  context.wizard.show({
    step: 'Check',
    title: `The code of ${device.name ?? 'the gateway'}`,
    content: [form, buttonRow(button('Choose another gateway', 'plain', () => context.go.find()))],
  });
  if (problem !== undefined) showProblem(context, place, problem);
  field.focus();
}

function help(): HTMLElement {
  return makeElement(
    'p',
    { id: 'code-help', class: 'note' },
    'It is on the label, and on the console at the first start: 16 letters and digits. ',
    'Capitals and dashes do not matter. On the gateway, ',
    makeElement('code', {}, 'egw provision show'),
    ' shows it.',
  );
}

/** Groups while it is typed at the end; what is pasted whole, as the text of a QR code, stays. */
function regroup(field: HTMLInputElement): void {
  const isAtEnd = field.selectionStart === field.value.length;
  if (isAtEnd && /^[0-9A-Za-z -]{1,24}$/.test(field.value) && !/^egw/i.test(field.value))
    field.value = groupCode(field.value);
}

function showProblem({ client }: SetupContext, place: HTMLElement, error: unknown): void {
  place.replaceChildren(errorPanel(error));
  const left =
    error instanceof SetupError && error.code === 'code_wrong' ? client?.facts?.triesLeft : undefined;
  if (left === undefined) return;
  // What was read when the link was made; this code was one of them.
  place.append(makeElement('p', { class: 'note' }, triesWords(left - 1)));
}

function triesWords(left: number): string {
  if (left <= 0)
    return 'It was the last try: now somebody must touch the gateway. Hold its button for 3 seconds, or press it twice quickly.';
  return `After ${left === 1 ? 'one more wrong code' : `${left} more wrong codes`}, somebody must touch the gateway.`;
}

/** Opens the session; where the gateway does not know the time, it is told. */
async function enter(context: SetupContext, device: BluetoothPeripheral, label: SetupLabel): Promise<void> {
  const { wizard, clock } = context;
  await context.client?.close();
  let isIn = false;
  const client = new SetupClient({
    connect: () => connectTo(device, clock),
    label,
    clock,
    onState: (state) => {
      if (isIn) wizard.notice(noticeOf[state]);
    },
  });
  context.client = client;
  await client.open();
  const { timeIsTrusted } = await client.call('info');
  isIn = true;
  context.label = label;
  // Somebody else's clock may have become trusted meanwhile; the gateway refuses then, which is right.
  if (timeIsTrusted === false) await client.call('set-time', { timeMs: wallMs() }).catch(() => undefined);
  await context.go.networks();
}

const noticeOf: Readonly<Record<ClientState, string | undefined>> = {
  connecting: 'The link was lost: connecting again…',
  proving: 'The link was lost: connecting again…',
  ready: undefined,
  lost: undefined,
};
