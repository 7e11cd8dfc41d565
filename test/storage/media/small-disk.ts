import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own, in memory. It takes root. */
class SmallDisk {
  readonly directory: string;

  constructor(directory: string, megabytes: number) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'egw-test', directory]);
  }

  /** As another program does: all that is left, but for so many bytes. */
  fill(leftBytes = 0): void {
    const { bavail, bsize } = statfsSync(this.directory);
    writeFileSync(
      join(this.directory, 'other-program'),
      Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)),
    );
  }

  free(): void {
    rmSync(join(this.directory, 'other-program'), { force: true });
  }

  /** Nothing on it may be open for writing. */
  remount(how: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${how}`, this.directory]);
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.directory]);
  }
}

/** Why a test that mounts is skipped; false where it can run. */
export const cannotMount: string | false =
  process.getuid?.() === 0 && process.platform === 'linux'
    ? false
    : 'it takes root on Linux to mount a file system';

/** Gives the work a disk, and takes it away whatever becomes of the work. */
export async function onSmallDisk<Result>(
  { directory, megabytes }: { readonly directory: string; readonly megabytes: number },
  work: (disk: SmallDisk) => Promise<Result>,
): Promise<Result> {
  const disk = new SmallDisk(join(directory, 'small-disk'), megabytes);
  try {
    return await work(disk);
  } finally {
    disk.unmount();
  }
}

/** A disk in an image, whose kernel can be told to find it damaged. */
interface FailingDisk {
  readonly directory: string;
  /** What the kernel does by itself when the file system is found damaged: it becomes read-only while in use. */
  fail(): void;
}

/** The same with a disk that can fail. `directory` is for the image and the disk. */
export async function onFailingDisk<Result>(
  directory: string,
  work: (disk: FailingDisk) => Promise<Result>,
): Promise<Result> {
  const [image, disk] = [join(directory, 'image'), join(directory, 'disk')];
  execFileSync('truncate', ['-s', '16M', image]);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  mkdirSync(disk);
  execFileSync('mount', ['-o', 'loop', image, disk]);
  try {
    return await work({
      directory: disk,
      fail: () => execFileSync('mount', ['-o', 'remount,abort', disk]),
    });
  } finally {
    execFileSync('umount', ['--lazy', disk]);
  }
}
