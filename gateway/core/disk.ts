/** Files outside the database. Every write is whole or not at all: temp, fsync, rename, fsync of the folder. */
export interface Disk {
  /** The file's text, or undefined when there is none. Errors: `config_unreadable`. */
  readText(path: string): string | undefined;
  /** Replaces the file. Mode is octal, 0600 unless said. Errors: `data_dir_unusable`. */
  writeText(path: string, text: string, mode?: number): void;
  /** Removes the file; there being none is fine. */
  remove(path: string): void;
}
