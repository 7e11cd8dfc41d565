// Made by scripts/make-client.mjs from what the commands declare.
interface DerogationAddInput {
  /** Id of the member */
  member?: string;
  /** today, from now on; tomorrow or a date, from 06:00: for 12 hours unless hours are given */
  day?: string;
  /** Start: 14, 14h or 14:30, by the clocks of France */
  hourStart?: string;
  /** End, up to 24: 14, 14h or 14:30, by the clocks of France */
  hourEnd?: string;
}

interface DerogationAddOutput {
  id: number;
  member: string;
  startMs: number;
  /** Not in it */
  endMs: number;
  /** By the clocks of France */
  starts: string;
  ends: string;
  /** Tariff days that it touches: their cost is shared by holders of derogations alone */
  days: string[];
  createdMs: number;
  /** When it was taken back; null while it holds */
  removedMs: number | null;
  removedWhy: string | null;
}

interface DerogationRemoveInput {
  /** As derogation list shows it */
  id: number;
}

interface DerogationRemoveOutput {
  id: number;
  member: string;
  startMs: number;
  /** Not in it */
  endMs: number;
  /** By the clocks of France */
  starts: string;
  ends: string;
  /** Tariff days that it touches: their cost is shared by holders of derogations alone */
  days: string[];
  createdMs: number;
  /** When it was taken back; null while it holds */
  removedMs: number | null;
  removedWhy: string | null;
}

export interface DerogationChangesOperations {
  /** Want the server on, though the day is red. Needs the scope control. */
  'derogation.add': { input: DerogationAddInput; output: DerogationAddOutput };
  /** Take a derogation back: one’s own until 21:45 of the evening before its red day, an admin any. Needs the scope control. */
  'derogation.remove': { input: DerogationRemoveInput; output: DerogationRemoveOutput };
}
