import { AuditStore } from '../audit-store.ts';
import type { Connection } from '../connection.ts';
import { SettingStore } from '../setting-store.ts';
import type { SalvageNote } from '../store-calls.ts';

const settingName = 'storage.salvaged';

export function writeSalvageNote(connection: Connection, note: SalvageNote): void {
  new SettingStore(connection).put(settingName, JSON.stringify(note));
  const { why, keptAs, keptRows, droppedRows, missingReadings } = note;
  new AuditStore(connection).add({
    atMs: note.atMs,
    principal: 'gateway',
    action: 'storage.salvaged',
    outcome: 'ok',
    detail: `${why}; ${keptRows} rows kept, ${droppedRows} dropped, ${missingReadings ?? 'an unknown number of'} readings missing; the old file is ${keptAs}`,
  });
}

/** The newest one that nobody acknowledged. */
export function readSalvageNote(settings: SettingStore): SalvageNote | null {
  const text = settings.get(settingName) ?? '';
  return text === '' ? null : (JSON.parse(text) as SalvageNote);
}

export function acknowledgeSalvage(settings: SettingStore): void {
  if (readSalvageNote(settings) !== null) settings.put(settingName, '');
}
