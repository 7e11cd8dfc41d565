import { setAttribute, setHidden, skeletonElement } from './make-element.ts';

export type Tab = 'home' | 'devices' | 'jobs' | 'boiler' | 'tempo' | 'alerts' | 'storage' | 'engine';

const tabs: readonly Tab[] = ['home', 'devices', 'jobs', 'boiler', 'tempo', 'alerts', 'storage', 'engine'];

/** Shows the view that the address names, and tells which it is. The answer stops it. */
export function followTabs(onTab: (tab: Tab) => void): () => void {
  const show = (): void => {
    // Other fragments, such as that of the skip link, lead to a place within the view.
    if (location.hash !== '' && !location.hash.startsWith('#/')) return;
    // What comes after the name is the view's own affair.
    const named = tabs.find((tab) => location.hash.split('?')[0] === `#/${tab}`) ?? 'home';
    for (const tab of tabs) {
      setHidden(skeletonElement(tab), tab !== named);
      setAttribute(skeletonElement(`tab-${tab}`), 'aria-current', tab === named ? 'page' : undefined);
    }
    onTab(named);
  };
  addEventListener('hashchange', show);
  show();
  return () => {
    removeEventListener('hashchange', show);
    for (const tab of tabs) setHidden(skeletonElement(tab), true);
  };
}
