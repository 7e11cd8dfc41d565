import { keepAccess, readAccess, type Access } from './access-store.ts';
import { askSiteName } from './api-client.ts';
import { browserTime } from './browser-time.ts';
import { showHome } from './home-view.ts';
import { setHidden, setText, skeletonElement } from './make-element.ts';
import { showPairing } from './pairing-screen.ts';
import { pairingCodeIn } from './pairing-words.ts';

/** The code in the link goes out of the address bar at once, and out of the history with it. */
function takeLinkCode(): string | undefined {
  const code = pairingCodeIn(location.hash);
  if (location.hash.startsWith('#pair=')) history.replaceState(null, '', location.pathname);
  return code;
}

function showPart(isPaired: boolean): void {
  setHidden(skeletonElement('pairing'), isPaired);
  for (const id of ['tabs', 'connection', 'foot', 'health']) {
    setHidden(skeletonElement(id), !isPaired);
  }
}

function askToPair(code: string | undefined, reason?: string): void {
  showPart(false);
  const onPaired = (access: Access): void => {
    keepAccess(localStorage, access);
    enter(access);
  };
  showPairing({ element: skeletonElement('pairing'), time: browserTime, code, reason, onPaired });
}

function enter(access: Access): void {
  showPart(true);
  let hasLeft = false;
  const leave = (reason: string | undefined): void => {
    if (hasLeft) return;
    hasLeft = true;
    keepAccess(localStorage, undefined);
    view.stop();
    askToPair(undefined, reason);
  };
  const view = showHome(access, () => leave('The gateway no longer knows this browser. Pair it again.'));
  skeletonElement('sign-out').onclick = () => {
    // The gateway forgets the token too; when it cannot be told, the token ends by itself.
    if (access.id !== undefined) view.client.removeToken(access.id).catch(() => undefined);
    leave('You are signed out.');
  };
}

/** A link from the console that is opened where the page asks for its code already. */
addEventListener('hashchange', () => {
  const code = takeLinkCode();
  if (code !== undefined && readAccess(localStorage) === undefined) askToPair(code);
});

const linkCode = takeLinkCode();
const known = readAccess(localStorage);
if (known === undefined) askToPair(linkCode);
else enter(known);
askSiteName().then(
  (name) => setText(skeletonElement('site'), name),
  () => undefined,
);
