import { realClock } from '../../ble/real-clock.ts';
import { loseLinkAt, type AirFaults } from '../../modbus-sim/radio/air-faults.ts';
import type { SeededRandom } from '../../modbus-sim/random.ts';
import { takeTokensBack, touch } from './bench-gateway.ts';
import type { Chain } from './chain.ts';
import { runPerson, type PersonOutcome } from './persistent-person.ts';

/** After so many people, those who were let in are shut out again: a gateway has room for only so many. */
const tokensMax = 10;
/** A gateway begins with one phone a second. */
const helloGapMs = 1_050;

/** A person sets up the network Home under these faults, which are over when he has done. */
export async function provisionUnder(chain: Chain, faults: AirFaults): Promise<PersonOutcome> {
  const { air, gateway, label, phone } = chain;
  await gateway.wireless.leave().catch(() => undefined);
  if (chain.setUps++ % tokensMax === 0) await takeTokensBack(gateway.owner);
  await touch(gateway.owner);
  await new Promise((resolve) => setTimeout(resolve, helloGapMs));
  air.faults = faults;
  const wish = { label, ssid: 'Home', password: 'the right password', pairAs: 'bench' };
  const outcome = await runPerson(() => phone.connect(), wish, realClock);
  air.faults = {};
  const { joined } = await gateway.wireless.state();
  if (!outcome.isProvisioned || joined?.ssid === 'Home') return outcome;
  return { ...outcome, isProvisioned: false, unclear: 'the phone believes it, and the gateway does not' };
}

/** How many packets it takes when nothing goes wrong. */
export async function packetsOfSetup(chain: Chain): Promise<number> {
  const before = chain.air.packetCount;
  await provisionUnder(chain, {});
  return chain.air.packetCount - before;
}

/** The link is lost at the packet with this number, once. */
export async function provisionWithLoss(chain: Chain, atPacket: number): Promise<PersonOutcome> {
  return await provisionUnder(chain, loseLinkAt(chain.air.packetCount + atPacket));
}

/** One to three losses, a stall or a delay, as the random numbers have it. */
export async function provisionAtRandom(chain: Chain, random: SeededRandom): Promise<PersonOutcome> {
  const from = chain.air.packetCount;
  const lossesAt = new Set(
    Array.from({ length: random.integer(1, 3) }, () => from + random.integer(0, packetsAbout)),
  );
  const lateness = random.fork('late');
  return await provisionUnder(chain, {
    packet: ({ index }) => {
      if (lossesAt.delete(index))
        return random.isLucky(0.3) ? { kind: 'stall', ms: stallMs } : { kind: 'lost-link' };
      return lateness.isLucky(0.1)
        ? { kind: 'late', ms: lateness.integer(1, lateMsMax) }
        : { kind: 'arrives' };
    },
    isHeard: () => !lateness.isLucky(0.2),
  });
}

const packetsAbout = 120;
const stallMs = 420;
const lateMsMax = 20;
