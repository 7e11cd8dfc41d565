/*
 * Stands in for /dev/i2c-1 with an ADS1115 at address 0x48, under LD_PRELOAD: what a program opens, reads and writes
 * there goes to a converter in memory. A file of the name in $FAKE_I2C is what is really open, so that open handles
 * can be counted. Its inputs stand at 1000, 2500, 3300 and -120 mV. The data sheet is TI SBAS444.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define FDS 1024
#define I2C_SLAVE 0x0703

static int is_bus[FDS];
static int address[FDS];
static int pointer;
static uint16_t config = 0x8583;

static uint16_t converted(void) {
  static const double full_scales_mv[] = {6144, 4096, 2048, 1024, 512, 256, 256, 256};
  static const double inputs_mv[] = {1000, 2500, 3300, -120};
  double mv = inputs_mv[(config >> 12) & 3];
  return (uint16_t)(int16_t)(mv / full_scales_mv[(config >> 9) & 7] * 32768);
}

static int is_open(int fd) { return fd >= 0 && fd < FDS && is_bus[fd]; }

static int opened(const char *path, int flags, mode_t mode, const char *real) {
  int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, real);
  int is_ours = strcmp(path, "/dev/i2c-1") == 0;
  int fd = next(is_ours ? getenv("FAKE_I2C") : path, flags, mode);
  if (fd >= 0 && fd < FDS) is_bus[fd] = is_ours;
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return opened(path, flags, mode, "open");
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return opened(path, flags, mode, "open64");
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (is_open(fd) && request == I2C_SLAVE) {
    address[fd] = (int)(intptr_t)argument;
    return 0;
  }
  int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
  return next(fd, request, argument);
}

static ssize_t unacknowledged(void) {
  errno = EREMOTEIO;
  return -1;
}

ssize_t pread64(int fd, void *buffer, size_t length, off64_t offset) {
  ssize_t (*next)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
  if (!is_open(fd)) return next(fd, buffer, length, offset);
  if (address[fd] != 0x48 || length != 2) return unacknowledged();
  uint16_t word = pointer == 0 ? converted() : config | 0x8000;
  ((uint8_t *)buffer)[0] = word >> 8;
  ((uint8_t *)buffer)[1] = word & 0xff;
  return 2;
}

ssize_t pwrite64(int fd, const void *buffer, size_t length, off64_t offset) {
  ssize_t (*next)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  if (!is_open(fd)) return next(fd, buffer, length, offset);
  const uint8_t *bytes = buffer;
  if (address[fd] != 0x48 || (length != 1 && length != 3)) return unacknowledged();
  pointer = bytes[0] & 3;
  if (length == 3 && pointer == 1) config = bytes[1] << 8 | bytes[2];
  return length;
}
