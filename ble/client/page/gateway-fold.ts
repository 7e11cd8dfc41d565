import type { SetupClient } from '../setup-client.ts';
import { makeElement } from './make-element.ts';
import { button, buttonRow, errorPanel, panel, whileBusy } from './panels.ts';
import type { SetupContext } from './setup-context.ts';

/** Beside the way: which of several gateways this is, and how one that changes hands forgets everything. */
export function gatewayFold(context: SetupContext, client: SetupClient): HTMLElement {
  const place = makeElement('div', {});
  const blink = button('Let its light flicker', 'plain', () => {
    void whileBusy(blink, 'Asking…', () =>
      shown(place, async () => {
        await client.call('identify');
        const words = 'Its light flickers for ten seconds.';
        place.replaceChildren(panel('good', words));
        context.wizard.say(words);
      }),
    );
  });
  const reset = button('Factory reset', 'plain', () => askTwice(context, client, place));
  return makeElement(
    'details',
    {},
    makeElement('summary', {}, 'Which one it is, and factory reset'),
    buttonRow(blink, reset),
    place,
  );
}

function askTwice(context: SetupContext, client: SetupClient, place: HTMLElement): void {
  const problem = makeElement('div', {});
  const forget = button('Forget everything', 'plain', () => {
    void whileBusy(forget, 'Asking…', () =>
      shown(problem, async () => {
        await client.call('factory-reset', { gatewayId: client.facts?.gatewayId ?? '' });
        await client.close();
        showForgotten(context);
      }),
    );
  });
  const keep = button('Keep it as it is', 'primary', () => place.replaceChildren());
  place.replaceChildren(
    panel(
      'warn',
      'Everything but its key will be gone.',
      makeElement(
        'p',
        {},
        'That is all readings, tokens, settings, secrets and the networks that were set up here. ' +
          'Hold the button of the gateway for ten seconds, go on holding, and then press “Forget everything”.',
      ),
    ),
    problem,
    buttonRow(keep, forget),
  );
  keep.focus();
}

function showForgotten(context: SetupContext): void {
  context.label = undefined;
  const anew = button('Set it up anew', 'primary', () => context.go.find());
  context.wizard.show({
    step: 'Find',
    title: 'The gateway forgets everything',
    content: [
      makeElement(
        'p',
        {},
        'It starts anew, which takes a minute. Its name stays, and so does the code of a label; ' +
          'where there is none, its console shows a new one.',
      ),
      buttonRow(anew),
    ],
  });
}

async function shown(place: HTMLElement, work: () => Promise<void>): Promise<void> {
  place.replaceChildren();
  try {
    await work();
  } catch (error) {
    place.replaceChildren(errorPanel(error));
  }
}
