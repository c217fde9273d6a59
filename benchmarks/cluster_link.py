"""Join two network devices by a link that delays and drops frames: netem in a process.

    python benchmarks/cluster_link.py NAME NAME [--delay S] [--loss SHARE] [--seed S]

Makes two TAP devices of these names (tun(4)), prints a line, and passes each frame of one to the
other after a delay, but for those that are lost.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import select
import struct
import time
from collections import deque

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
MAX_FRAME_BYTES = 65_536
MAX_QUEUED_FRAMES = 2_000  #: in each direction, as a router's buffer; more are dropped


def open_tap(name: str) -> int:
    """Make a TAP device, and return its descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI)
    fcntl.ioctl(descriptor, TUNSETIFF, request)
    return descriptor


def relay(ends: tuple[int, int], delay_s: float, loss: float, rng: random.Random) -> None:
    """Pass frames between two descriptors until killed."""
    queues: dict[int, deque[tuple[float, bytes]]] = {end: deque() for end in ends}
    while True:
        due = min((queue[0][0] for queue in queues.values() if queue), default=None)
        timeout = None if due is None else max(0.0, due - time.monotonic())
        readable, _, _ = select.select(ends, [], [], timeout)
        now = time.monotonic()
        for end in readable:
            target = queues[ends[1] if end == ends[0] else ends[0]]
            frame = os.read(end, MAX_FRAME_BYTES)
            if len(target) < MAX_QUEUED_FRAMES and rng.random() >= loss:
                target.append((now + delay_s, frame))
        for end, queue in queues.items():
            while queue and queue[0][0] <= now:
                try:
                    os.write(end, queue.popleft()[1])
                except OSError:  # the device is down: the frame is lost
                    continue


def main() -> None:
    """Read the command line, and relay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs=2)
    parser.add_argument("--delay", type=float, default=0.1, help="of each direction, in seconds")
    parser.add_argument("--loss", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    first, second = (open_tap(name) for name in arguments.names)
    print("ready", flush=True)
    relay((first, second), arguments.delay, arguments.loss, random.Random(arguments.seed))


if __name__ == "__main__":
    main()
