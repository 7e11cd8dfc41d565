// Made by scripts/make-client.mjs from what the commands declare.
interface AlertAckInput {
  /** Of the alert */
  id: number;
  /** Of titles and texts; that of the site unless said */
  language?: 'en' | 'fr';
}

interface AlertAckOutput {
  id: number;
  rule: string;
  /** What it is about: boiler, a source, a device/quantity */
  subject: string;
  kind: 'alert' | 'reminder' | 'recovered' | 'test';
  severity: 'safety' | 'warning' | 'info';
  title: string;
  text: string;
  /** What it tells of */
  atMs: number;
  /** When what it tells of began */
  episodeMs: number;
  /** When it was decided */
  notedMs: number;
  /** Whether it goes on; of alerts only, never of what follows them */
  isOpen: boolean;
  acknowledgedMs: number | null;
  acknowledgedBy: string | null;
}

export interface AlertChangesOperations {
  /** Say that somebody sees to an alert: nobody is reminded of it any more. Needs the scope control. */
  'alert.ack': { input: AlertAckInput; output: AlertAckOutput };
}
