/*
 * A slave of libmodbus, as unit 1, for one client after the other:
 *   libmodbus-server REGISTERS tcp
 *   libmodbus-server REGISTERS rtu DEVICE BAUD PARITY STOP-BITS
 * REGISTERS is a file: all holding, then as many input registers, high byte first. Says "listening PORT".
 */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { unit = 1, registers_max = 65536 };

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
    exit(1);
}

static modbus_mapping_t *load(const char *path) {
    static uint8_t bytes[4 * registers_max];
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail(path);
    int count = (int)(fread(bytes, 1, sizeof bytes, file) / 4);
    fclose(file);
    modbus_mapping_t *mapping = modbus_mapping_new(0, 0, count, count);
    if (mapping == NULL) fail("modbus_mapping_new");
    for (int i = 0; i < count; i++) {
        const uint8_t *holding = bytes + 2 * i;
        const uint8_t *input = bytes + 2 * (count + i);
        mapping->tab_registers[i] = (uint16_t)(holding[0] << 8 | holding[1]);
        mapping->tab_input_registers[i] = (uint16_t)(input[0] << 8 | input[1]);
    }
    return mapping;
}

static int port_of(int listener) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0) fail("getsockname");
    return ntohs(address.sin_port);
}

/* Until the client hangs up; a frame with a wrong CRC is not answered. */
static void serve(modbus_t *context, modbus_mapping_t *mapping) {
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
        int length = modbus_receive(context, query);
        if (length == -1 && errno != EMBBADCRC) return;
        if (length > 0 && modbus_reply(context, query, length, mapping) == -1) return;
    }
}

int main(int argc, char **argv) {
    if (argc != 3 && argc != 7) return 2;
    modbus_mapping_t *mapping = load(argv[1]);
    int is_tcp = strcmp(argv[2], "tcp") == 0;
    modbus_t *context = is_tcp ? modbus_new_tcp("127.0.0.1", 0)
                               : modbus_new_rtu(argv[3], atoi(argv[4]), argv[5][0], 8, atoi(argv[6]));
    if (context == NULL) fail("modbus_new");
    modbus_set_slave(context, unit);
    if (!is_tcp) {
        if (modbus_connect(context) != 0) fail("modbus_connect");
        printf("listening 0\n");
        fflush(stdout);
        do serve(context, mapping);
        while (errno != ECONNRESET && errno != EIO && errno != EBADF);
        return 0;
    }
    int listener = modbus_tcp_listen(context, 1);
    if (listener == -1) fail("modbus_tcp_listen");
    printf("listening %d\n", port_of(listener));
    fflush(stdout);
    for (;;) {
        if (modbus_tcp_accept(context, &listener) == -1) fail("modbus_tcp_accept");
        serve(context, mapping);
        modbus_close(context);
    }
}
