import { formatBytes, formatCount, formatDate, formatDuration } from './format.ts';
import type { HomeState } from './home-state.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';

const lifeWords: Readonly<Record<string, string>> = {
  booting: 'starting',
  running: 'running',
  updating: 'updating',
  stopping: 'stopping',
};
const linkWords: Readonly<Record<string, string>> = {
  unprovisioned: 'not connected to a cloud yet',
  none: 'on its own, without a cloud',
  connecting: 'connecting to its cloud',
  online: 'connected to its cloud',
  offline: 'its cloud is out of reach',
};

/** The gateway itself, in the page's foot: state, version, how long it runs, what it stores. */
export function createGatewayView(parent: Element, state: HomeState): () => void {
  const gateway = makeElement('p');
  const storage = makeElement('p');
  parent.replaceChildren(gateway, storage);
  return () => {
    const { status } = state;
    if (status === undefined) return;
    const { life, link, startedMs } = status.state;
    const { version, node, platform } = status.version;
    const uptime = formatDuration(state.clock.nowMs() - startedMs);
    setText(
      gateway,
      `Gateway ${lifeWords[life] ?? life} for ${uptime}, ${linkWords[link] ?? link} · eGW ${version} · ${status.id} · Node ${node.replace(/^v/, '')}, ${platform}`,
    );
    setText(storage, storageText(state));
    setAttribute(storage, 'data-bad', status.storage === null ? '' : undefined);
  };
}

function storageText({ status, zone }: HomeState): string {
  const storage = status?.storage;
  if (storage === undefined || storage === null) return 'The database does not answer.';
  const { readings, fileBytes, walBytes, oldestMs } = storage;
  const since = oldestMs === null ? '' : ` since ${formatDate(oldestMs, zone)}`;
  return `${formatCount(readings)} readings stored${since} · ${formatBytes(fileBytes + walBytes)} on disk`;
}
