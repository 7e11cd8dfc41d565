import { formatAge } from './format.ts';
import type { HomeState } from './home-state.ts';
import { setAttribute, setText } from './make-element.ts';
import type { PageTime } from './browser-time.ts';

/** Whether what stands on the screen is live. */
export function createConnectionView(element: Element, state: HomeState, time: PageTime): () => void {
  return () => {
    const { connection } = state;
    setAttribute(element, 'data-state', connection.state);
    if (connection.state === 'live') setText(element, 'Live');
    if (connection.state === 'connecting') setText(element, 'Connecting…');
    if (connection.state !== 'waiting') {
      setAttribute(element, 'title', undefined);
      return;
    }
    setText(element, 'Reconnecting…');
    const inMs = connection.retryAtMs - time.nowMs();
    setAttribute(element, 'title', `${connection.why}; next try in ${formatAge(inMs)}`);
  };
}
