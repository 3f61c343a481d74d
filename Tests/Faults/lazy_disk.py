"""A file system in memory that remembers what a power failure would leave of it.

Data lasts from fsync(file) on, names from fsync(folder) on, and whatever was not synced may have
reached the disk early all the same: every one of these states is recorded in front of each change.
The kernel talks to it by the FUSE protocol (linux/fuse.h, version 7.31), so no library is needed:
/dev/fuse, and the right to mount.
"""
import ctypes
import errno
import os
import stat
import struct
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
ROOT = 1
HEADER = struct.Struct("<IIQQIIII")
MAXIMUM_WRITE = 1 << 20
SECTOR = 512
SOCKET = "a socket"


class Node:
    def __init__(self, number, mode):
        self.number = number
        self.mode = mode
        self.data = bytearray()
        self.durable = b""
        self.names = {}
        self.durable_names = {}

    @property
    def is_folder(self):
        return stat.S_ISDIR(self.mode)


class LazyDisk:
    """Mounted while it is used as a context."""

    def __init__(self, path, watched=""):
        self.path, self.watched = path, watched
        self.nodes = {ROOT: Node(ROOT, stat.S_IFDIR | 0o700)}
        self.crashes = None  # [(what comes next, states, is WATCHED there)] while recording
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)

    def __enter__(self):
        options = f"fd={self.device},rootmode=40700,user_id={os.getuid()},group_id={os.getgid()}"
        nosuid_nodev = 2 | 4
        if LIBC.mount(b"lazy", self.path.encode(), b"fuse", nosuid_nodev, options.encode()):
            code = ctypes.get_errno()
            os.close(self.device)
            raise OSError(code, os.strerror(code))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        LIBC.umount2(self.path.encode(), 2)  # MNT_DETACH
        self.thread.join(5)
        os.close(self.device)

    # -- What a power failure leaves

    def begin_recording(self):
        """All that is there now is on the disk."""
        for node in self.nodes.values():
            node.durable = bytes(node.data)
            node.durable_names = dict(node.names)
        self.crashes = []

    def end_recording(self):
        self.note("the end")
        return self.crashes

    def note(self, what):
        if self.crashes is not None:
            self.crashes.append((what, self.states(), self.holds(self.watched)))

    def holds(self, path):
        """Whether a name is there now, lasting or not."""
        node = self.nodes[ROOT]
        for name in path.split("/"):
            if name not in node.names:
                return False
            node = self.nodes[node.names[name]]
        return True

    def states(self):
        """{what it is called: {path: bytes, None for a folder, or SOCKET}}"""
        found = {"nothing early": self.tree(False, {}), "names early": self.tree(True, {})}
        for node in list(self.nodes.values()):
            data = bytes(node.data)
            if node.is_folder or data == node.durable:
                continue
            for kind, early in self.early(node.durable, data):
                for names in (False, True):
                    label = f"{kind} of file {node.number} early{' and names' if names else ''}"
                    found[label] = self.tree(names, {node.number: early})
        return found

    @staticmethod
    def early(durable, data):
        yield "data", data
        if len(data) > len(durable) and data.startswith(durable):
            # A sector is written whole or not at all.
            half = (len(data) - 1) // SECTOR * SECTOR
            if half > len(durable):
                yield "data up to a sector", data[:half]
            yield "length", durable + bytes(len(data) - len(durable))

    def tree(self, names_early, early):
        tree = {}

        def walk(node, path):
            names = node.names if names_early else node.durable_names
            for name, number in names.items():
                child = self.nodes[number]
                place = f"{path}/{name}" if path else name
                if child.is_folder:
                    tree[place] = None
                    walk(child, place)
                elif stat.S_ISSOCK(child.mode):
                    tree[place] = SOCKET
                else:
                    tree[place] = early.get(number, child.durable)

        walk(self.nodes[ROOT], "")
        return tree

    # -- The protocol

    def serve(self):
        while True:
            try:
                request = os.read(self.device, MAXIMUM_WRITE + 4096)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                    continue
                return  # unmounted
            _, code, unique, number, _, _, _, _ = HEADER.unpack_from(request)
            body = request[HEADER.size :]
            handler = self.HANDLERS.get(code)
            if code in (2, 36, 42):  # FORGET, INTERRUPT, BATCH_FORGET want no answer
                continue
            failure, answer = 0, b""
            try:
                answer = handler(self, number, body) if handler else None
            except OSError as error:
                failure, answer = error.errno, b""
            except KeyError:
                failure, answer = errno.ENOENT, b""
            if answer is None:
                failure, answer = errno.ENOSYS, b""
            os.write(self.device, struct.pack("<IiQ", 16 + len(answer), -failure, unique) + answer)

    def attributes(self, node):
        links = sum(
            number == node.number for each in self.nodes.values() for number in each.names.values()
        )
        return struct.pack(
            "<6Q10I", node.number, len(node.data), (len(node.data) + 511) // 512, 0, 0, 0, 0, 0, 0,
            node.mode, max(links, 1), os.getuid(), os.getgid(), 0, 4096, 0)

    def entry(self, node):
        return struct.pack("<4Q2I", node.number, 0, 0, 0, 0, 0) + self.attributes(node)

    def make(self, parent, name, mode):
        names = self.nodes[parent].names
        if name in names:
            raise FileExistsError(errno.EEXIST, name)
        self.note(f"making {name}")
        node = Node(len(self.nodes) + 1, mode)
        self.nodes[node.number] = node
        names[name] = node.number
        return node

    def initialize(self, _, body):
        return struct.pack(
            "<4I2H2I2H8I", 7, 31, 0, 0, 16, 12, MAXIMUM_WRITE, 1, 0, 0, *[0] * 8)

    def lookup(self, parent, body):
        return self.entry(self.nodes[self.nodes[parent].names[text(body)]])

    def get_attributes(self, number, _):
        return struct.pack("<Q2I", 0, 0, 0) + self.attributes(self.nodes[number])

    def set_attributes(self, number, body):
        valid, size = struct.unpack_from("<I", body)[0], struct.unpack_from("<Q", body, 16)[0]
        node = self.nodes[number]
        if valid & 1:
            node.mode = stat.S_IFMT(node.mode) | struct.unpack_from("<I", body, 68)[0] & 0o7777
        if valid & 8:
            self.note(f"truncating file {number}")
            del node.data[size:]
            node.data.extend(bytes(size - len(node.data)))
        return self.get_attributes(number, body)

    def make_folder(self, parent, body):
        mode = struct.unpack_from("<I", body)[0]
        return self.entry(self.make(parent, text(body[8:]), stat.S_IFDIR | mode & 0o7777))

    def create(self, parent, body):
        mode = struct.unpack_from("<I", body, 4)[0]
        node = self.make(parent, text(body[16:]), stat.S_IFREG | mode & 0o7777)
        return self.entry(node) + self.open(node.number, b"")

    def make_node(self, parent, body):
        mode = struct.unpack_from("<I", body)[0]
        return self.entry(self.make(parent, text(body[16:]), mode))

    def unlink(self, parent, body):
        self.note(f"removing {text(body)}")
        del self.nodes[parent].names[text(body)]
        return b""

    def rename(self, parent, body, start=8):
        target = struct.unpack_from("<Q", body)[0]
        old, new = body[start:].split(b"\0")[:2]
        self.note(f"renaming {old.decode()} to {new.decode()}")
        number = self.nodes[parent].names.pop(old.decode())
        self.nodes[target].names[new.decode()] = number
        return b""

    def rename_with_flags(self, parent, body):
        flags = struct.unpack_from("<I", body, 8)[0]
        if flags:
            raise OSError(errno.EINVAL, "flags")
        return self.rename(parent, body, start=16)

    def link(self, parent, body):
        name = text(body[8:])
        if name in self.nodes[parent].names:
            raise FileExistsError(errno.EEXIST, name)
        self.note(f"linking {name}")
        node = self.nodes[struct.unpack_from("<Q", body)[0]]
        self.nodes[parent].names[name] = node.number
        return self.entry(node)

    def open(self, number, _):
        direct = 1
        return struct.pack("<Q2I", 0, 0 if self.nodes[number].is_folder else direct, 0)

    def read(self, number, body):
        _, offset, size = struct.unpack_from("<QQI", body)
        return bytes(self.nodes[number].data[offset : offset + size])

    def write(self, number, body):
        _, offset, size = struct.unpack_from("<QQI", body)
        self.note(f"writing to file {number}")
        data = self.nodes[number].data
        data.extend(bytes(max(0, offset - len(data))))
        data[offset : offset + size] = body[40 : 40 + size]
        return struct.pack("<2I", size, 0)

    def synchronize(self, number, _):
        self.note(f"syncing file {number}")
        self.nodes[number].durable = bytes(self.nodes[number].data)
        return b""

    def synchronize_folder(self, number, _):
        self.note(f"syncing folder {number}")
        self.nodes[number].durable_names = dict(self.nodes[number].names)
        return b""

    def read_folder(self, number, body):
        _, offset, size = struct.unpack_from("<QQI", body)
        names = [(".", number), ("..", ROOT), *self.nodes[number].names.items()]
        answer = b""
        for position, (name, child) in list(enumerate(names, 1))[offset:]:
            kind = stat.S_IFMT(self.nodes[child].mode) >> 12
            encoded = name.encode()
            item = struct.pack("<2Q2I", child, position, len(encoded), kind) + encoded
            item += bytes(-len(item) % 8)
            if len(answer) + len(item) > size:
                break
            answer += item
        return answer

    def statistics(self, *_):
        return struct.pack("<5Q4I6I", 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 4096, 255,
                           4096, 0, *[0] * 6)

    def nothing(self, *_):
        return b""

    HANDLERS = {
        1: lookup, 3: get_attributes, 4: set_attributes, 8: make_node, 9: make_folder, 10: unlink,
        11: unlink, 12: rename, 13: link, 14: open, 15: read, 16: write, 17: statistics,
        18: nothing, 20: synchronize, 25: nothing, 26: initialize, 27: open, 28: read_folder,
        29: nothing, 30: synchronize_folder, 35: create, 38: nothing, 45: rename_with_flags,
    }


def text(body):
    return body.split(b"\0")[0].decode()
