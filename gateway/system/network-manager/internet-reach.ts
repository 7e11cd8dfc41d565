import type { InternetReach } from '../../core/wireless.ts';
import { numberOf, type BusProperties } from '../bus-values.ts';
import { connectivity } from './names.ts';

/**
 * From what NetworkManager says of itself. Where it has no address to look at (as on Debian without
 * network-manager-config-connectivity-debian) it says `full` of every default route, and that is not known.
 */
export function internetReach(manager: BusProperties): InternetReach {
  switch (numberOf(manager.get('Connectivity'))) {
    case connectivity.full:
      return manager.get('ConnectivityCheckEnabled') === false ? 'unknown' : 'online';
    case connectivity.portal:
      return 'captive-portal';
    case connectivity.limited:
      return 'limited';
    case connectivity.none:
      return 'none';
    default:
      return 'unknown';
  }
}
