"""A host behind a TUN, played by scapy: its packets are Python expressions on standard input, what comes to it is JSON.

raw-peer.py INTERFACE ADDRESS...; the addresses must not be the kernel's, so that nobody else answers for them.
In:  a JSON list of scapy expressions per line; each is a packet, its bytes, or a list of such. They leave back to back.
Out: one line per packet that came for one of the addresses: its layers in order, and whether its checksums hold.
"""

import ipaddress
import json
import logging
import socket
import sys
import threading

logging.getLogger("scapy").setLevel(logging.ERROR)
import scapy.all as scapy

PACKET_OUTGOING = 4
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
# Layers that end what a checksum of the packet itself may cover: behind them stands a quoted packet.
QUOTED = ("IPerror", "IPerror6")

interface, addresses = sys.argv[1], {ipaddress.ip_address(text) for text in sys.argv[2:]}
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
wire.bind((interface, 0x0003))


def plain(value):
    """What JSON can hold of a field."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, scapy.Packet):
        return layers_of(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, int) and type(value) is int:
        return value
    return str(value)


def layers_of(packet):
    layers = []
    while packet and not isinstance(packet, scapy.NoPayload):
        fields = {name: plain(value) for name, value in packet.fields.items()}
        layers.append({"layer": type(packet).__name__, **fields})
        packet = packet.payload
    return layers


def checksums_hold(packet, data):
    """Scapy, asked to fill in the checksums that it was not told, comes to the same bytes."""
    layer = packet = packet.copy()
    while layer and not isinstance(layer, scapy.NoPayload) and type(layer).__name__ not in QUOTED:
        for name in ("chksum", "cksum"):
            if name in layer.fields:
                del layer.fields[name]
                layer.raw_packet_cache = None
        layer = layer.payload
    return bytes(packet) == data


def listen():
    while True:
        data, (_, _, kind, *_) = wire.recvfrom(65535)
        version = data[0] >> 4 if data else 0
        if kind == PACKET_OUTGOING or version not in ETHERTYPES:
            continue
        at, length = (16, 4) if version == 4 else (24, 16)
        if ipaddress.ip_address(data[at : at + length]) not in addresses:
            continue
        try:
            packet = scapy.IP(data) if version == 4 else scapy.IPv6(data)
            told = {"layers": layers_of(packet), "sound": checksums_hold(packet, data), "bytes": data.hex()}
        except Exception as error:
            told = {"layers": [{"layer": f"not understood: {error!r}"}], "sound": False, "bytes": data.hex()}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


threading.Thread(target=listen, daemon=True).start()
sys.stdout.write('"ready"\n')
sys.stdout.flush()
for line in sys.stdin:
    for expression in json.loads(line):
        value = eval(expression, dict(vars(scapy)))
        for packet in value if isinstance(value, list) else [value]:
            data = bytes(packet)
            wire.sendto(data, (interface, ETHERTYPES[6 if data[0] >> 4 == 6 else 4]))
