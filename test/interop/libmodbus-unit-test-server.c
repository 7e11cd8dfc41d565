/*
 * libmodbus's own test server, which misbehaves at certain addresses, on any free port instead of 1502.
 * Says "listening PORT". Needs -I of the folder in which libmodbus-dev has its examples.
 */
#include <modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

static int listen_anywhere(modbus_t *context, int connections) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int listener = modbus_tcp_listen(context, connections);
    if (listener == -1 || getsockname(listener, (struct sockaddr *)&address, &length) != 0) return -1;
    printf("listening %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

#define modbus_new_tcp(host, port) modbus_new_tcp(host, 0)
#define modbus_tcp_listen(context, connections) listen_anywhere(context, connections)
#include "unit-test-server.c"
