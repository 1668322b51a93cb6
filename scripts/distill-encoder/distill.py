"""Distils the offline encoder: distill.py PRESETS ANNOTATIONS CACHE OUT, as `npm run distill:encoder` calls it.

1. Vocabulary: the teacher's pieces of Hangul, without the mark of a word's beginning, for Korean compounds begin anywhere;
   the Korean words of the texts; the teacher's English pieces, those of the texts first.
2. Targets: the teacher's vectors of the texts, less their mean, a pair sharing the mean of both; turned to their principal
   directions, whitened, unit length.
3. Fit: the sum of a text's pieces is its target, by ridge regression in two steps. A linear map of the teacher's vectors
   of the pieces alone, so that a piece in no text gets a vector as well; then what each piece needs beside it.
4. int8 rows with a scale each.

What was measured (Jeju places with tags and categories hidden, bench/text.ts; tag / semantic / English nDCG@10): marks kept
.266 / .127 / .405, no Korean words .250 / .125 / .400, no map .243 / .116 / .350, all of it .279 / .139 / .437. Without
effect: weights by the rank of a piece, a mean for each language, 8,000 more Korean words. Texts made up from templates
(24,000) made everything worse.
"""

import math
import re
import struct
import sys
from collections import Counter

import numpy as np
import scipy.sparse as sparse

from pieces import MARK, Pieces, is_korean, words_of
from teacher import Teacher, read_pieces
from texts import read_texts

DIM = 256
#: 6.5 MB with their names; the package stays small.
VOCABULARY = 24_000
#: Of a whole Korean word beside its parts, in logarithms of probability: it is preferred to them.
WORD_BONUS = 1.0
#: A text in two languages beside one in one: what brings the languages together. 2 to 8 are alike.
PAIR_WEIGHT = 4.0
#: Ridge of the map and of the pieces' own parts: .3 to 3 and 1 to 100 are alike.
MAP_RIDGE = 10.0
OWN_RIDGE = 1.0
MAX_ITERATIONS = 60
#: Of the largest squared residual, of the first.
TOLERANCE = 1e-6


def main(presets, annotations, cache, out):
    pairs, single = read_texts(presets, annotations)
    texts = [text for pair in pairs for text in pair] + single
    print(f"{len(pairs)} pairs, {len(single)} texts of one language", flush=True)
    teacher_pieces = read_pieces()
    mark = dict(teacher_pieces)[MARK]
    vocabulary = choose_pieces(teacher_pieces, mark, texts)
    pieces = Pieces(vocabulary, mark)
    teacher = Teacher(cache)
    alone = teacher.embed([piece.replace(MARK, "") for piece in vocabulary], "pieces")
    vectors = fit(pieces, texts, len(pairs), teacher.embed(texts, "texts"), alone)
    write(out, vocabulary, mark, vectors)


def choose_pieces(teacher_pieces, mark, texts):
    """{piece: log probability}, VOCABULARY of them."""
    words = Counter(word for text in texts for word in words_of(text))
    known = {}
    for piece, log_probability in teacher_pieces:
        if re.fullmatch(MARK + "?(?:[가-힣]+|[a-z0-9]+)", piece):
            known.setdefault(piece, log_probability)
    chosen = {}
    for piece, log_probability in known.items():
        if is_korean(piece):
            bare = piece.replace(MARK, "")
            chosen[bare] = max(chosen.get(bare, -math.inf), log_probability)
    names = list(chosen)
    parts = Pieces(dict(chosen), mark)
    total = sum(words.values())
    for word, count in words.items():
        if is_korean(word) and len(word) > 1 and word not in chosen:
            chosen[word] = math.log(count / total)
            cut = parts.of_word(word)
            if sum(len(names[part]) for part in cut) == len(word):
                chosen[word] = max(chosen[word], sum(map(parts.log_probabilities.__getitem__, cut)) + WORD_BONUS)
    english = [piece for piece in known if not is_korean(piece)]
    all_english = Pieces({piece: known[piece] for piece in english}, mark)
    used = Counter()
    for word, count in words.items():
        if not is_korean(word):
            for piece in all_english.of_word(word):
                used[english[piece]] += count
    for piece in [*(piece for piece, _ in used.most_common()), *english]:
        if len(chosen) == VOCABULARY:
            break
        chosen.setdefault(piece, known[piece])
    return chosen


def fit(pieces, texts, pair_count, vectors, alone):
    """[pieces, DIM], from the teacher's [texts, 384] and [pieces, 384]."""
    mean = vectors.mean(0)
    targets = vectors - mean
    both = (targets[0 : 2 * pair_count : 2] + targets[1 : 2 * pair_count : 2]) / 2
    targets[0 : 2 * pair_count : 2] = targets[1 : 2 * pair_count : 2] = both
    alone = alone - alone.mean(0)
    everything = np.concatenate([targets, alone]).astype(np.float64)
    variances, directions = np.linalg.eigh(everything.T @ everything / len(everything))
    whiten = (directions / np.sqrt(np.maximum(variances, 1e-9)))[:, ::-1].astype(np.float32)
    targets = unit(targets @ whiten[:, :DIM])
    features = unit(alone @ whiten)

    rows = [pieces.of_text(text) for text in texts]
    weights = np.ones(len(texts), np.float32)
    weights[: 2 * pair_count] = PAIR_WEIGHT
    # Sums grow with the root of their length, as those of vectors without much in common do.
    scales = np.sqrt(weights / np.array([max(1, len(row)) for row in rows], np.float32))
    sums = sparse.csr_matrix(
        (
            np.repeat(scales, [len(row) for row in rows]),
            (np.repeat(np.arange(len(rows)), [len(row) for row in rows]), [piece for row in rows for piece in row]),
        ),
        shape=(len(rows), len(features)),
    )
    targets = np.sqrt(weights)[:, None] * targets
    mixed = sums @ features
    ridge = MAP_RIDGE * np.eye(features.shape[1], dtype=np.float32)
    mapped = features @ np.linalg.solve(mixed.T @ mixed + ridge, mixed.T @ targets)
    return mapped + conjugate_gradients(sums, OWN_RIDGE, targets - sums @ mapped)


def conjugate_gradients(matrix, ridge, right):
    """Minimises |matrix x - right|² + ridge |x|², all columns at once (Hestenes and Stiefel, 1952)."""
    residual = matrix.T @ right
    solution = np.zeros_like(residual)
    direction = residual.copy()
    squares = (residual * residual).sum(0)
    first = squares.max()
    for _ in range(MAX_ITERATIONS):
        image = matrix.T @ (matrix @ direction) + ridge * direction
        step = squares / np.maximum((direction * image).sum(0), 1e-12)
        solution += step * direction
        residual -= step * image
        before, squares = squares, (residual * residual).sum(0)
        if squares.max() < TOLERANCE * first:
            break
        direction = residual + squares / np.maximum(before, 1e-12) * direction
    return solution


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def write(path, vocabulary, mark, vectors):
    """The file that src/text/static-embeddings.ts reads."""
    scales = np.maximum(np.abs(vectors).max(1) / 127, 1e-12).astype("<f4")
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    names = "\n".join(vocabulary).encode("utf8")
    with open(path, "wb") as file:
        file.write(b"DNSE" + struct.pack("<IIIIf", 1, *rows.shape, len(names), mark))
        file.write(np.array(list(vocabulary.values()), "<f4").tobytes())
        file.write(scales.tobytes() + rows.tobytes() + names)
    print(f"{path}: {len(vocabulary)} pieces")


if __name__ == "__main__":
    main(*sys.argv[1:])
