# SPDX-License-Identifier: MIT
"""GGUF v3 files: a minimal writer, and a reader for what the writer and llama.cpp write.

Layout (little endian, no padding before the tensor data):
  header       'GGUF', u32 version, u64 n_tensors, u64 n_kv
  string       u64 length, bytes
  pair         string key, u32 value type, value
  tensor info  string name, u32 n_dims, u64 ne[n_dims] (ne[0] fastest), u32 type, u64 offset
  data         starts at the next multiple of general.alignment (32 when absent); offsets count
               from there and every tensor is padded to the alignment
Shapes here are numpy shapes, so a matrix is [out, in] and its ne is {in, out}.
"""

import struct

import numpy as np

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)

_SCALARS = {U8: "<B", I8: "<b", U16: "<H", I16: "<h", U32: "<I", I32: "<i", F32: "<f",
            BOOL: "<?", U64: "<Q", I64: "<q", F64: "<d"}

DEFAULT_ALIGNMENT = 32


def _align_up(n, alignment):
    return -(-n // alignment) * alignment


def _pack_string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _pack_value(kind, value):
    """kind is a value type, or (ARRAY, element type) for a list."""
    if isinstance(kind, tuple):
        element = kind[1]
        body = b"".join(_pack_value(element, v) for v in value)
        return struct.pack("<IQ", element, len(value)) + body
    if kind == STRING:
        return _pack_string(value)
    return struct.pack(_SCALARS[kind], value)


def head(pairs, tensors, alignment=DEFAULT_ALIGNMENT):
    """The bytes in front of the data, padded.

    pairs    list of (key, kind, value); kind as in _pack_value
    tensors  list of (name, ggml type id, numpy shape, number of bytes)
    """
    if alignment != DEFAULT_ALIGNMENT:
        pairs = pairs + [("general.alignment", U32, alignment)]
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(pairs))]
    for key, kind, value in pairs:
        code = kind[0] if isinstance(kind, tuple) else kind
        parts += [_pack_string(key), struct.pack("<I", code), _pack_value(kind, value)]
    offset = 0
    for name, type_id, shape, n_bytes in tensors:
        ne = tuple(reversed(shape))
        parts += [_pack_string(name), struct.pack("<I%dQ" % len(ne), len(ne), *ne),
                  struct.pack("<IQ", type_id, offset)]
        offset = _align_up(offset + n_bytes, alignment)
    packed = b"".join(parts)
    return packed + bytes(_align_up(len(packed), alignment) - len(packed))


def write(path, pairs, tensors, alignment=DEFAULT_ALIGNMENT):
    """Write a file; `tensors` as for head(), with a uint8 array of the raw bytes in last place."""
    with open(path, "wb") as f:
        f.write(head(pairs, [(*t[:3], t[3].size) for t in tensors], alignment))
        for _, _, _, raw in tensors:
            f.write(raw.tobytes())
            f.write(bytes(_align_up(raw.size, alignment) - raw.size))


class _Cursor:
    """Reads fields one after another from a bytes-like object."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        values = struct.unpack_from(fmt, self.data, self.at)
        self.at += struct.calcsize(fmt)
        return values[0] if len(values) == 1 else values

    def string(self):
        n = self.take("<Q")
        self.at += n
        return bytes(self.data[self.at - n:self.at]).decode("utf-8")

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            element, n = self.take("<IQ")
            return [self.value(element) for _ in range(n)]
        return self.take(_SCALARS[kind])


def read(path):
    """Return (pairs, tensors).

    pairs    dict key -> Python value
    tensors  dict name -> (ggml type id, numpy shape, uint8 array from the tensor's first byte to
             the end of the file: how many bytes belong to it follows from type and shape)
    """
    data = np.fromfile(path, dtype=np.uint8)
    cursor = _Cursor(memoryview(data))
    if bytes(data[:4]) != b"GGUF":
        raise ValueError("%s: not a GGUF file" % path)
    cursor.at = 4
    version, n_tensors, n_pairs = cursor.take("<IQQ")
    if version not in (2, 3):
        raise ValueError("%s: version %d, expected 2 or 3" % (path, version))
    pairs = {}
    for _ in range(n_pairs):
        key = cursor.string()
        pairs[key] = cursor.value(cursor.take("<I"))
    infos = []
    for _ in range(n_tensors):
        name, n_dims = cursor.string(), cursor.take("<I")
        ne = [cursor.take("<Q") for _ in range(n_dims)]
        type_id, offset = cursor.take("<IQ")
        infos.append((name, type_id, tuple(reversed(ne)), offset))
    start = _align_up(cursor.at, pairs.get("general.alignment", DEFAULT_ALIGNMENT))
    return pairs, {name: (type_id, shape, data[start + offset:])
                   for name, type_id, shape, offset in infos}
