// Made by scripts/make-client.mjs from what the commands declare.
type DiscordStatusInput = Record<string, never>;

interface DiscordStatusOutput {
  /** off: not configured; away: it comes back by itself; refused: it will not, until the configuration is corrected */
  state: 'off' | 'connecting' | 'ready' | 'away' | 'refused';
  /** Since when */
  sinceMs: number;
  /** What it is called at Discord */
  name: string | null;
  /** Id of the server (guild) it is for */
  guild: string | null;
  /** Whether its slash commands are there; null: not known yet */
  isRegistered: boolean | null;
  /** What is wrong */
  message: string | null;
  /** What to do */
  hint: string | null;
  /** Commands that were answered since the start */
  answered: number;
  /** Of these, those that were refused in words */
  refused: number;
  /** Commands whose answer did not arrive */
  failed: number;
}

export interface DiscordOperations {
  /** Whether the bot is there for its members. Needs the scope read. */
  'discord.status': { input: DiscordStatusInput; output: DiscordStatusOutput };
}
