/*
 * Stands in for the kernel's crypto sockets (AF_ALG) under LD_PRELOAD, where the kernel has none: the emulated Bluetooth
 * controllers of btvirt open one each at their start. They need it for encrypting links only, which nothing here does.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS 1024

static int is_crypto[FDS];

int socket(int domain, int type, int protocol)
{
	static int (*real)(int, int, int);
	if (!real)
		real = dlsym(RTLD_NEXT, "socket");
	int fd = real(domain == AF_ALG ? AF_UNIX : domain, domain == AF_ALG ? SOCK_STREAM : type, protocol);
	if (fd >= 0 && fd < FDS)
		is_crypto[fd] = domain == AF_ALG;
	return fd;
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	static int (*real)(int, const struct sockaddr *, socklen_t);
	if (!real)
		real = dlsym(RTLD_NEXT, "bind");
	if (fd >= 0 && fd < FDS && is_crypto[fd])
		return 0;
	return real(fd, address, length);
}
