import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { Device, DeviceDetail, LiveValue } from './api-types.ts';
import { createFactList } from './fact-list.ts';
import type { Fact } from './fact.ts';
import { formatCount, formatDuration, formatInstant, plainName } from './format.ts';
import type { HomeState } from './home-state.ts';
import { createKeyedRows } from './keyed-rows.ts';
import { makeElement, setText } from './make-element.ts';
import { makeValueRow } from './value-row.ts';

export interface DeviceBody {
  readonly element: HTMLElement;
  /** Asks for what only the gateway knows of it. */
  open(): void;
  show(device: Device): void;
}

/** What stands behind a tap on a device: its facts, its problems and its latest values. */
export function createDeviceBody(id: string, state: HomeState, client: ApiClient): DeviceBody {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const problems = makeElement('ul', { class: 'problems' });
  const facts = createFactList();
  const values = makeElement('dl', { class: 'values' });
  let detail: DeviceDetail | undefined = state.details.get(id);

  const showValues = createKeyedRows<LiveValue>(
    values,
    ({ quantity }) => quantity,
    ({ quantity }) => makeValueRow(() => titleOf(detail, quantity), state),
  );
  const show = (device: Device): void => {
    facts.show(factsOf(device, detail, state));
    showValues([...state.latest.values()].filter((value) => value.device === id));
  };
  return {
    element: makeElement('div', { class: 'device-body' }, message, problems, facts.element, values),
    show,
    open: () => {
      client.device(id).then(
        (answer) => {
          detail = answer;
          setText(message, answer.lastErrorText ?? '');
          problems.replaceChildren(...answer.problems.map(problemItem));
          show(state.devices.find((device) => device.id === id) ?? answer);
        },
        (error: unknown) => setText(message, wordsFor(error)),
      );
      const device = state.devices.find((known) => known.id === id);
      if (device !== undefined) show(device);
    },
  };
}

function titleOf(detail: DeviceDetail | undefined, quantity: string): string {
  return detail?.quantities.find((known) => known.quantity === quantity)?.title ?? plainName(quantity);
}

function factsOf(device: Device, detail: DeviceDetail | undefined, state: HomeState): readonly Fact[] {
  const { effectivePeriodMs, periodMs } = device;
  const wanted = effectivePeriodMs === periodMs ? '' : ` (${formatDuration(periodMs)} is configured)`;
  const since = formatInstant(device.stateSinceMs, state.clock.nowMs(), state.zone);
  return [
    ['Id', device.id],
    ['Driver', detail === undefined ? device.driver : `${detail.driverTitle} (${device.driver})`],
    ['Address', device.address],
    ['Serial number', detail?.serialNumber ?? '–'],
    ['In this state since', device.stateSinceMs === 0 ? '–' : since],
    ['Read every', formatDuration(effectivePeriodMs) + wanted],
    ['Good answers', formatCount(device.answers)],
    ['Failed requests', formatCount(device.failures)],
  ];
}

function problemItem({ path, message, hint }: DeviceDetail['problems'][number]): HTMLElement {
  return makeElement('li', {}, `${path}: ${message}${hint === null ? '' : ` – ${hint}`}`);
}
