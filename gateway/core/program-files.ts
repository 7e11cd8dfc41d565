/** The files of programs, to know for certain which one a path names. */
export interface ProgramFiles {
  /** Absolute, all its links followed; undefined where there is no such file. Never rejects. */
  realPath(path: string): Promise<string | undefined>;
  /** SHA-256 of a regular file, hex; undefined where it cannot be read. Never rejects. */
  sha256(path: string): Promise<string | undefined>;
}

/** Where there are no files. */
export const noProgramFiles: ProgramFiles = {
  realPath: () => Promise.resolve(undefined),
  sha256: () => Promise.resolve(undefined),
};
