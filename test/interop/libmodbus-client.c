/*
 * Reads one value a line of its input with libmodbus, decoded by libmodbus, and prints one a line:
 *   libmodbus-client tcp PORT
 *   libmodbus-client rtu DEVICE BAUD PARITY STOP-BITS
 * A line is UNIT TABLE ADDRESS ENCODING ORDER, such as "1 input 52 f32 big". An error is a line as well.
 */
#include <errno.h>
#include <inttypes.h>
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count_of(const char *encoding) {
    return strstr(encoding, "64") != NULL ? 4 : strstr(encoding, "16") != NULL ? 1 : 2;
}

/* The words, highest first. */
static void order(uint16_t *words, int count, int is_little) {
    for (int i = 0; is_little && i < count / 2; i++) {
        uint16_t word = words[i];
        words[i] = words[count - 1 - i];
        words[count - 1 - i] = word;
    }
}

static void print_value(const char *encoding, uint16_t *words, int is_little) {
    if (strcmp(encoding, "f32") == 0) {
        printf("%.9g\n", is_little ? modbus_get_float_cdab(words) : modbus_get_float_abcd(words));
        return;
    }
    order(words, count_of(encoding), is_little);
    if (strcmp(encoding, "u16") == 0) printf("%" PRIu16 "\n", words[0]);
    if (strcmp(encoding, "s16") == 0) printf("%" PRId16 "\n", (int16_t)words[0]);
    int32_t wide = (int32_t)((uint32_t)words[0] << 16 | words[1]);
    if (strcmp(encoding, "u32") == 0) printf("%" PRIu32 "\n", (uint32_t)wide);
    if (strcmp(encoding, "s32") == 0) printf("%" PRId32 "\n", wide);
    if (count_of(encoding) < 4) return;
    uint64_t widest = MODBUS_GET_INT64_FROM_INT16(words, 0);
    if (encoding[0] == 'u') printf("%" PRIu64 "\n", widest);
    else printf("%" PRId64 "\n", (int64_t)widest);
}

static void read_one(modbus_t *context, const char *line) {
    int unit, address;
    char table[8], encoding[4], word_order[8];
    uint16_t words[4];
    if (sscanf(line, "%d %7s %d %3s %7s", &unit, table, &address, encoding, word_order) != 5) {
        printf("error: no request: %s", line);
        return;
    }
    modbus_set_slave(context, unit);
    int count = count_of(encoding);
    int read = strcmp(table, "input") == 0 ? modbus_read_input_registers(context, address, count, words)
                                           : modbus_read_registers(context, address, count, words);
    if (read != count) printf("error: %s\n", modbus_strerror(errno));
    else print_value(encoding, words, strcmp(word_order, "little") == 0);
}

int main(int argc, char **argv) {
    if (argc != 3 && argc != 6) return 2;
    modbus_t *context = argc == 3 ? modbus_new_tcp("127.0.0.1", atoi(argv[2]))
                                  : modbus_new_rtu(argv[2], atoi(argv[3]), argv[4][0], 8, atoi(argv[5]));
    if (context == NULL || modbus_connect(context) != 0) {
        fprintf(stderr, "cannot connect: %s\n", modbus_strerror(errno));
        return 1;
    }
    modbus_set_response_timeout(context, 2, 0);
    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) read_one(context, line);
    modbus_close(context);
    modbus_free(context);
    return 0;
}
