#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""make-raws.py TABLEWALK DIRECTORY COUNT SEED

Writes files as fuzzers leave them behind: a header, then records of any bytes,
mostly of the kinds that make and change mappings.  The bytes of the kinds are
asked of the command.  The same seed gives the same files.
"""
import pathlib
import random
import subprocess
import sys

HEADER = bytes([0xA1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
WEIGHTS = {"map": 10, "unmap": 4, "protect": 4, "split": 3, "walk": 3, "copy": 1,
           "collapse": 2, "free": 2, "touch": 1, "setkind": 1, "dump": 1}


def kind_bytes(tablewalk: str, scratch: pathlib.Path) -> dict[str, list[int]]:
    """Which first bytes of a record mean which kind."""
    found: dict[str, list[int]] = {}
    for first in range(0, 256, 64):
        records = b"".join(bytes([kind]) + bytes(7) for kind in range(first, first + 64))
        scratch.write_bytes(HEADER + records)
        text = subprocess.run([tablewalk, "convert", str(scratch)], check=True,
                              capture_output=True, text=True).stdout
        words = [line.split()[0] for line in text.splitlines()
                 if line.split()[0] not in ("tablewalk", "regime", "profile", "window",
                                            "salt", "kinds")]
        for kind, word in enumerate(words, first):
            found.setdefault(word, []).append(kind)
    scratch.unlink()
    return found


def main() -> int:
    tablewalk, directory, count, seed = sys.argv[1], pathlib.Path(sys.argv[2]), \
        int(sys.argv[3]), int(sys.argv[4])
    directory.mkdir(parents=True, exist_ok=True)
    kinds = kind_bytes(tablewalk, directory / "kinds")
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    draw = random.Random(seed)
    for number in range(count):
        header = bytearray(HEADER)
        header[4:6] = draw.randbytes(2)
        body = bytearray()
        for _ in range(draw.randrange(4, 41)):
            name = draw.choices(names, weights)[0]
            body += bytes([draw.choice(kinds[name]), draw.randrange(256),
                           draw.choice((0, 0, draw.randrange(256))),
                           draw.choice((0, 0, draw.randrange(256)))])
            body += draw.randbytes(4)
        (directory / f"raw-{number:04}").write_bytes(bytes(header + body))
    return 0


if __name__ == "__main__":
    sys.exit(main())
