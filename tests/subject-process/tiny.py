#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A subject in Python: what docs/subject-protocol.md says, and x86-64's four levels.

tiny.py            memory is read and written by messages
tiny.py --shared   memory is mapped
It does what tiny.c does, but for split, protect, collapse and install.
"""
import mmap
import os
import struct
import sys

# The protocol.
HELLO, OPEN, CLOSE, ROOT, MAP, UNMAP = 1, 2, 3, 4, 5, 6
WALK, TRANSLATE, DUMP = 12, 13, 14
ALLOCATE, RELEASE, FLUSH, VISIT, VISITS = 0x41, 0x42, 0x43, 0x44, 0x45
RUNS, READ_MEMORY, WRITE_MEMORY = 0x47, 0x48, 0x49
ANSWER = 0x8000
HEADER = struct.Struct("<IHHI")         # length, type, mark, number
ARGUMENTS = struct.Struct("<IIiIQQQ")   # space, word, depth, flags, va, last, pa
RESULT = struct.Struct("<iIQQ")         # returned, word, value, root
EVENT = struct.Struct("<IiQQQ")         # word, depth, va, last, pa
MARK = 0x5754
NO_ROOT = (1 << 64) - 1                 # Tablewalk asks for it
PAYLOAD_MAX = 65536
FUNCTIONS = (OPEN, CLOSE, ROOT, MAP, UNMAP, WALK, TRANSLATE, DUMP)

MISSING, MEMORY, EXISTS, INVALID, RANGE, UNSUPPORTED = -2, -12, -17, -22, -34, -95
CAN_MAP, CAN_UNMAP, CAN_WALK, CAN_TRANSLATE, CAN_DUMP = 1, 2, 0x40, 0x80, 0x100
CAN_ACTIONS, CAN_STOP, CAN_FLUSH, NEEDS_SHARED = 0x400, 0x800, 0x1000, 0x8000
UNMAP_DROPS_LEAF, ERRORS_LEAVE_PREFIX = 0x1, 0x200
SUBTREE, AGAIN = 0, 2


class Connection:
    """Messages over two descriptors."""

    def __init__(self):
        self.into = os.fdopen(os.dup(0), "rb")
        self.out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)                   # what print() writes is no message
        self.number = 0
        self.batch, self.batch_type = [], VISITS
        self.serve = None

    def send(self, kind, number, payload):
        self.out.write(HEADER.pack(len(payload), kind, MARK, number) + payload)
        self.out.flush()

    def receive(self):
        header = self.into.read(HEADER.size)
        if len(header) < HEADER.size:
            sys.exit(0)                 # the other side has closed
        length, kind, mark, number = HEADER.unpack(header)
        if mark != MARK:
            sys.exit("that is not the protocol")
        return kind, number, self.into.read(length)

    def event(self, kind, *fields):
        if kind != self.batch_type or \
                len(self.batch) == PAYLOAD_MAX // EVENT.size:
            self.send_batch()
        self.batch_type = kind
        self.batch.append(EVENT.pack(*fields))

    def send_batch(self):
        if self.batch:
            payload, self.batch = b"".join(self.batch), []
            self.number += 1
            self.send(self.batch_type, self.number, payload)

    def ask(self, kind, space, *, word=0, depth=0, flags=0, va=0, last=0, pa=0,
            data=b""):
        """Result of a request; serves what the other side asks meanwhile."""
        self.send_batch()
        self.number += 1
        number = self.number
        self.send(kind, number, ARGUMENTS.pack(space, word, depth, flags, va,
                                               last, pa) + data)
        while True:
            got, got_number, payload = self.receive()
            if got & ANSWER:
                break
            self.serve(got, got_number, payload)
        assert got == kind | ANSWER and got_number == number
        return *RESULT.unpack_from(payload)[:3], payload[RESULT.size:]

    def answer(self, kind, number, returned=0, value=0, root=NO_ROOT, more=b""):
        self.send_batch()
        self.send(kind | ANSWER, number,
                  RESULT.pack(returned, 0, value, root) + more)


class Memory:
    """Simulated physical memory of a space."""

    def __init__(self, connection, space, fd, windows):
        self.connection, self.space = connection, space
        self.maps = [(pa, size, mmap.mmap(fd, size, offset=offset))
                     for pa, size, offset in windows if fd >= 0 and size]

    def place(self, pa):
        return next((m, pa - at) for at, size, m in self.maps
                    if 0 <= pa - at < size)

    def read(self, pa, size):
        if self.maps:
            m, at = self.place(pa)
            return m[at:at + size]
        returned, _, _, data = self.connection.ask(
            READ_MEMORY, self.space, last=size, pa=pa)
        assert returned == 0
        return data

    def write(self, pa, data):
        if self.maps:
            m, at = self.place(pa)
            m[at:at + len(data)] = data
            return
        assert self.connection.ask(WRITE_MEMORY, self.space, last=len(data),
                                   pa=pa, data=data)[0] == 0

    def allocate(self):
        returned, _, pa, _ = self.connection.ask(ALLOCATE, self.space,
                                                 last=4096)
        return None if returned else pa

    def release(self, pa):
        self.connection.ask(RELEASE, self.space, last=4096, pa=pa)

    def flush(self, va, last, depth, tables):
        self.connection.ask(FLUSH, self.space, depth=depth, flags=tables,
                            va=va, last=last)


P, RW, US, PS, NX = 1, 2, 4, 0x80, 1 << 63
PA = 0x000ffffffffff000
PUD, PTE, TOP = 2, 4, 1


def span(depth):
    return 4096 << 9 * (PTE - depth)


def is_leaf(entry, depth):
    return bool(entry & P) and (depth == PTE or bool(entry & PS))


def decode(entry):
    return 1 | (2 if entry & RW else 0) | (8 if entry & US else 0) | \
        (0 if entry & NX else 4)


def check(va, last, size):
    if last < va or va % size or (last + 1) % size:
        return INVALID
    if any(((a >> 47) not in (0, 0x1ffff)) for a in (va, last)) or \
            (va ^ last) >> 63:
        return RANGE
    return 0


class Tables:
    """Page tables of one space."""

    def __init__(self, memory):
        self.memory = memory
        self.root = memory.allocate()

    def get(self, at):
        return struct.unpack("<Q", self.memory.read(at, 8))[0]

    def set(self, at, entry):
        self.memory.write(at, struct.pack("<Q", entry))

    def find(self, va, depth, create=False):
        """Where the entry that covers va is, or the last one above it."""
        table = self.root
        for d in range(TOP, depth + 1):
            at = table + 8 * (va // span(d) % 512)
            entry = self.get(at)
            if d == depth or is_leaf(entry, d):
                return at, d
            if entry & P:
                table = entry & PA
                continue
            if not create:
                return at, d
            table = self.memory.allocate()
            if table is None:
                return None, d
            self.set(at, table | P | RW | US)

    def close(self):
        self.release(self.root, TOP)

    def release(self, table, depth):
        words = struct.unpack("<512Q", self.memory.read(table, 4096))
        for entry in words:
            if entry & P and not is_leaf(entry, depth):
                self.release(entry & PA, depth + 1)
        self.memory.release(table)

    def map(self, a):
        error = check(a.va, a.last, span(a.depth)) \
            if PUD <= a.depth <= PTE else UNSUPPORTED
        if error:
            return error, 0
        size, done = span(a.depth), 0
        for va in range(a.va, a.last + 1, size):
            if self.get(self.find(va, a.depth)[0]) & P:
                return EXISTS, 0
        bits = P | (RW if a.word & 2 else 0) | (US if a.word & 8 else 0) | \
            (0 if a.word & 4 else NX) | (0 if a.depth == PTE else PS)
        for va in range(a.va, a.last + 1, size):
            at, _ = self.find(va, a.depth, create=True)
            if at is None:
                return MEMORY, done
            self.set(at, (a.pa + done) & (1 << 64) - 1 | bits)
            done += size
        return 0, done

    def unmap(self, a):
        error = check(a.va, a.last, 4096)
        va, done = a.va, 0
        while not error and va <= a.last:
            at, depth = self.find(va, PTE)
            end = va | span(depth) - 1
            if self.get(at) & P:
                self.set(at, 0)
                self.memory.flush(end - span(depth) + 1, end, depth, 0)
            done = min(end, a.last) - a.va + 1
            va = end + 1
        return error, done & (1 << 64) - 1

    def walk(self, table, depth, va, last, callbacks, visit):
        """visit(hole, depth, va, last, pa) gives what to return, and an action."""
        deeper = callbacks & 0x1f & ~((2 << depth) - 1)
        while True:
            at = table + 8 * (va // span(depth) % 512)
            end = min(va | span(depth) - 1, last)
            stop, action = 0, AGAIN
            while not stop and action == AGAIN:
                entry, action = self.get(at), SUBTREE
                if not entry & P:
                    if callbacks & 0x20:
                        stop, action = visit(1, depth, va, end, 0)
                    break
                if callbacks & 1 << depth:
                    stop, action = visit(0, depth, va, end, at)
                    if stop == 0 and action != AGAIN:
                        entry = self.get(at)
            if not stop and action == SUBTREE and deeper and entry & P and \
                    not is_leaf(entry, depth):
                stop = self.walk(entry & PA, depth + 1, va, end, callbacks,
                                 visit)
            if stop or end == last:
                return stop
            va = end + 1

    def translate(self, va):
        error = check(va & ~0xfff, va | 0xfff, 4096)
        if error:
            return error, bytes(24)
        at, depth = self.find(va, PTE)
        entry = self.get(at)
        if not entry & P:
            return 0, bytes(24)
        return 0, struct.pack("<IiQII", 1, depth,
                              (entry & PA) + va % span(depth), decode(entry), 0)

    def dump(self, va, last, run):
        error = check(va, last, 4096)
        if error:
            return error
        start, held = va, None
        while va <= last:
            at, depth = self.find(va, PTE)
            entry = self.get(at)
            now = (depth, decode(entry)) if entry & P else None
            if now != held:
                if held:
                    run(*held, start, va - 1)
                start, held = va, now
            va = (va | span(depth) - 1) + 1
        if held:
            run(*held, start, last)
        return 0


class Arguments:
    def __init__(self, payload):
        (self.space, self.word, self.depth, self.flags, self.va, self.last,
         self.pa) = ARGUMENTS.unpack_from(payload)


def string(text):
    return struct.pack("<H", len(text)) + text.encode()


class Subject:
    def __init__(self, connection, shared):
        self.connection, self.shared = connection, shared
        self.spaces = {}
        connection.serve = self.serve

    def description(self):
        capabilities = (CAN_MAP | CAN_UNMAP | CAN_WALK | CAN_TRANSLATE |
                        CAN_DUMP | CAN_ACTIONS | CAN_STOP | CAN_FLUSH |
                        (NEEDS_SHARED if self.shared else 0))
        functions = sum(1 << f for f in FUNCTIONS)
        return struct.pack(
            "<IIQQIIIIIII", 1, 1, capabilities,
            UNMAP_DROPS_LEAF | ERRORS_LEAVE_PREFIX, 0xf, 1, 0x1c, 0, functions,
            1, 2) + string("tiny-py") + string("tiny in Python") + \
            string("x86_64-4level") + \
            struct.pack("<Q", UNMAP_DROPS_LEAF) + string("Tables.unmap()") + \
            struct.pack("<Q", ERRORS_LEAVE_PREFIX) + string("Tables.map()")

    def open(self, number, payload):
        a = Arguments(payload)
        fd, length = struct.unpack_from("<iI", payload, 40)
        windows = [struct.unpack_from("<QQQ", payload, 48 + 24 * i)
                   for i in range(4)]
        assert payload[144:] == b"x86_64-4level" and length == 13
        tables = Tables(Memory(self.connection, a.space, fd, windows))
        if tables.root is not None:
            self.spaces[a.space] = tables
        self.connection.answer(OPEN, number,
                               MEMORY if tables.root is None else 0,
                               more=bytes(16))

    def walk(self, tables, a):
        error = check(a.va, a.last, 4096)
        if error:
            return error
        connection = self.connection

        def visit(hole, depth, va, last, pa):
            if not a.flags & 1:
                connection.event(VISITS, hole, depth, va, last, pa)
                return 0, SUBTREE
            return connection.ask(VISIT, a.space, word=hole, depth=depth,
                                  va=va, last=last, pa=pa)[:2]
        return tables.walk(tables.root, TOP, a.va, a.last, a.word, visit)

    def serve(self, kind, number, payload):
        connection = self.connection
        if kind == HELLO:
            connection.send(HELLO | ANSWER, number, self.description())
            return
        if kind == OPEN:
            self.open(number, payload)
            return
        a = Arguments(payload)
        tables = self.spaces[a.space]
        returned, value, root, more = 0, 0, NO_ROOT, b""
        if kind == CLOSE:
            self.spaces.pop(a.space).close()
        elif kind == ROOT:
            root = tables.root
        elif kind == MAP:
            returned, value = tables.map(a)
        elif kind == UNMAP:
            returned, value = tables.unmap(a)
        elif kind == WALK:
            returned = self.walk(tables, a)
        elif kind == TRANSLATE:
            returned, more = tables.translate(a.va)
        elif kind == DUMP:
            returned = tables.dump(
                a.va, a.last, lambda depth, rights, va, last:
                connection.event(RUNS, rights, depth, va, last, 0))
        else:
            returned = UNSUPPORTED
        connection.answer(kind, number, returned, value, root, more)


def main():
    connection = Connection()
    subject = Subject(connection, "--shared" in sys.argv)
    while True:
        subject.serve(*connection.receive())


main()
