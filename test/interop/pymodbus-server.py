"""A slave of pymodbus, as unit 1:

    pymodbus-server.py REGISTERS tcp
    pymodbus-server.py REGISTERS rtu-over-tcp
    pymodbus-server.py REGISTERS rtu DEVICE BAUD PARITY STOP-BITS

REGISTERS is a file: all holding, then as many input registers, high byte first. Says "listening PORT".
"""

import asyncio
import struct
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer


def load(path):
    with open(path, "rb") as file:
        content = file.read()
    words = list(struct.unpack(f">{len(content) // 2}H", content))
    half = len(words) // 2
    # In zero mode a block begins at address 0.
    slave = ModbusSlaveContext(
        hr=ModbusSequentialDataBlock(0, words[:half]),
        ir=ModbusSequentialDataBlock(0, words[half:]),
        zero_mode=True,
    )
    return ModbusServerContext(slaves={1: slave}, single=False)


async def serve_tcp(context, framer):
    server = ModbusTcpServer(context, framer=framer, address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    while server.server is None:
        await asyncio.sleep(0.01)
    print("listening", server.server.sockets[0].getsockname()[1], flush=True)
    await serving


async def serve_line(context, device, baud_rate, parity, stop_bits):
    server = ModbusSerialServer(
        context,
        framer=ModbusRtuFramer,
        port=device,
        baudrate=int(baud_rate),
        parity=parity,
        stopbits=int(stop_bits),
        bytesize=8,
        ignore_missing_slaves=True,
    )
    await server.start()
    print("listening 0", flush=True)
    await asyncio.Event().wait()


def main():
    context = load(sys.argv[1])
    if sys.argv[2] == "tcp":
        asyncio.run(serve_tcp(context, ModbusSocketFramer))
    elif sys.argv[2] == "rtu-over-tcp":
        asyncio.run(serve_tcp(context, ModbusRtuFramer))
    else:
        asyncio.run(serve_line(context, *sys.argv[3:7]))


main()
