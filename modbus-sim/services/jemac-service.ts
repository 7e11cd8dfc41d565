import type { SimulatedHome } from '../home.ts';
import { dsmrTelegram, type TelegramOptions } from './dsmr-telegrams.ts';
import { p1Readings } from './p1-readings.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';

/** A Jemac P1 reader at the simulated home's meter. */
export class JemacService implements SimulatedService {
  readonly id = 'jemac-p1';
  readonly #home: SimulatedHome;
  readonly #telegram: TelegramOptions;
  /** Whether its cable is in the meter; it answers without rows when not. */
  isPlugged = true;

  constructor(home: SimulatedHome, telegram: TelegramOptions) {
    this.#home = home;
    this.#telegram = telegram;
  }

  handle({ method, url }: ServiceRequest, nowMs: number): ServiceAnswer {
    const { pathname } = new URL(url, 'http://service');
    if (pathname !== '/telegram.json') return { status: 404, body: 'Not found' };
    if (method !== 'GET') return { status: 405, headers: { allow: 'GET' }, body: '' };
    const telegram = dsmrTelegram(p1Readings(this.#home, nowMs), this.#telegram);
    const rows = telegram.split('\r\n').filter((row) => row !== '');
    return jsonAnswer(200, {
      id: 'D43D39819C59',
      rssi: -26,
      fw: 'FRTOS-JEMAC-01-0.2',
      data: this.isPlugged ? rows : [],
    });
  }
}
