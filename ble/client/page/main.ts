import { parseLabel, type SetupLabel } from '../setup-label.ts';
import { browserClock } from './browser-clock.ts';
import { showCheck } from './check-screen.ts';
import { showDone } from './done-screen.ts';
import { showFind } from './find-screen.ts';
import { showJoin } from './join-screen.ts';
import { showNetworks } from './networks-screen.ts';
import { showPair } from './pair-screen.ts';
import { showPassword } from './password-screen.ts';
import type { SetupContext } from './setup-context.ts';
import { Wizard } from './wizard.ts';

/** The code goes out of the address bar at once, and out of the history with it. */
function takeLabel(): { readonly label?: SetupLabel; readonly problem?: unknown } {
  const { hash } = location;
  if (hash.length < 2) return {};
  history.replaceState(null, '', location.pathname + location.search);
  try {
    return { label: parseLabel(hash) };
  } catch (problem) {
    return { problem };
  }
}

function begin(): void {
  const { label, problem } = takeLabel();
  void context.client?.close();
  context.client = undefined;
  context.label = label;
  context.wizard.notice(undefined);
  showFind(context, problem);
}

const context: SetupContext = {
  wizard: new Wizard(),
  clock: browserClock,
  label: undefined,
  client: undefined,
  go: {
    find: (problem) => showFind(context, problem),
    check: (device) => showCheck(context, device),
    networks: () => showNetworks(context),
    password: (asked) => showPassword(context, asked),
    join: (wish, network) => showJoin(context, wish, network),
    pair: () => showPair(context),
    done: (token) => showDone(context, token),
  },
};

/** A QR code that was scanned while the page was open. */
addEventListener('hashchange', () => {
  if (location.hash.length > 1) begin();
});
begin();
