import { askSiteName } from './api-client.ts';
import type { PageTime } from './browser-time.ts';
import { makeElement } from './make-element.ts';
import type { TabView } from './tab-view.ts';

/** Between tries to find the gateway again. */
const pauseMs = 3_000;

/**
 * A view whose scripts come when it is opened first, so that the page itself comes sooner. Browsers remember a script
 * that did not come, so there is one way to ask again: the page is loaded again, as soon as the gateway answers.
 */
export function createLazyTab(
  place: Element,
  time: PageTime,
  load: () => Promise<(place: Element) => TabView>,
): TabView {
  let view: TabView | undefined;
  let isOpen = false;
  let isComing = false;
  const showOpen = (): void => {
    view?.start();
    view?.show();
  };
  const bring = async (): Promise<void> => {
    isComing = true;
    const message = makeElement('p', { class: 'note', role: 'status' }, 'Loading…');
    place.replaceChildren(message);
    try {
      const create = await load();
      view = create(place);
    } catch {
      message.textContent =
        'This view did not come. The page is loaded again as soon as the gateway answers.';
      loadPageAgain(time);
      return;
    }
    if (isOpen) showOpen();
  };
  return {
    start: () => {
      isOpen = true;
      if (view !== undefined) showOpen();
      else if (!isComing) void bring();
    },
    stop: () => {
      isOpen = false;
      view?.stop();
    },
    show: () => {
      if (isOpen) view?.show();
    },
    refresh: () => {
      if (isOpen) view?.refresh?.();
    },
  };
}

function loadPageAgain(time: PageTime): void {
  time.after(pauseMs, () => {
    askSiteName().then(
      () => location.reload(),
      () => loadPageAgain(time),
    );
  });
}
