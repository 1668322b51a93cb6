"""implicit's ALS and BPR on the splits and by the protocol of `dongne evaluate`: full ranking, train places left out,
recall@20 and ndcg@20 over users with places in test that they did not have in train.
Usage: implicit_peers.py FOLDER lightgcn|vldb17|foursquare SEED. Prints one JSON list."""

import csv
import json
import os
import resource
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

K = 20
BLOCK = 512
DIM = 64
THREADS = 2


def read_lightgcn(folder):
    def pairs(name):
        with open(os.path.join(folder, name)) as lines:
            for line in lines:
                user, *places = line.split()
                yield from ((user, place) for place in places)

    return list(pairs("train.txt")), list(pairs("test.txt"))


def read_vldb17(folder):
    def pairs(name):
        with open(os.path.join(folder, name)) as lines:
            return [tuple(line.split()[:2]) for line in lines if line.strip()]

    return pairs("train.txt"), pairs("test.txt")


def read_foursquare(folder):
    parts = {"train": [], "test": []}
    with open(os.path.join(folder, "checkins.csv"), newline="") as rows:
        for row in csv.DictReader(rows):
            parts[row["split"]].append((row["user_id"], row["poi_id"]))
    return parts["train"], parts["test"]


READERS = {"lightgcn": read_lightgcn, "vldb17": read_vldb17, "foursquare": read_foursquare}


def read(folder, form):
    train, test = READERS[form](folder)
    users = {user: i for i, user in enumerate(sorted({user for user, _ in train}))}
    places = {place: i for i, place in enumerate(sorted({place for _, place in train + test}))}
    rows = [users[user] for user, _ in train]
    columns = [places[place] for _, place in train]
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (len(users), len(places)))
    matrix.data[:] = 1  # repeated visits count once, as for the other models
    wanted = {}
    for user, place in test:
        if user in users:
            wanted.setdefault(users[user], set()).add(places[place])
    for user in list(wanted):
        wanted[user] -= set(matrix[user].indices)
        if not wanted[user]:
            del wanted[user]
    return matrix, wanted


def score(user_factors, item_factors, matrix, wanted):
    users = np.array(sorted(wanted))
    discount = 1 / np.log2(np.arange(2, K + 2))
    recall = ndcg = 0.0
    for start in range(0, len(users), BLOCK):
        block = users[start : start + BLOCK]
        scores = user_factors[block] @ item_factors.T
        for row, user in enumerate(block):
            scores[row, matrix[user].indices] = -np.inf
        top = np.argpartition(-scores, K, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
        lists = np.take_along_axis(top, order, axis=1)
        for user, places in zip(block, lists):
            hits = np.array([place in wanted[user] for place in places])
            recall += hits.sum() / len(wanted[user])
            ndcg += (hits * discount).sum() / discount[: min(K, len(wanted[user]))].sum()
    return recall / len(users), ndcg / len(users)


def hold_out(matrix, seed):
    """A tenth of the places of half of the users with five or more, 2,000 users at most: settings are chosen on it."""
    random = np.random.default_rng(seed)
    kept = matrix.copy()
    wanted = {}
    for user in random.permutation(matrix.shape[0]):
        first, end = matrix.indptr[user], matrix.indptr[user + 1]
        if len(wanted) == 2000 or end - first < 5 or random.random() < 0.5:
            continue
        entries = random.choice(np.arange(first, end), max(1, (end - first) // 10), replace=False)
        wanted[user] = set(matrix.indices[entries])
        kept.data[entries] = 0
    kept.eliminate_zeros()
    return kept, wanted


def als(seed, alpha, regularization):
    return AlternatingLeastSquares(
        factors=DIM, alpha=alpha, regularization=regularization, iterations=15, num_threads=THREADS, random_state=seed
    )


def bpr(seed, learning_rate, regularization):
    # One more factor is the bias that implicit adds.
    return BayesianPersonalizedRanking(
        factors=DIM - 1,
        learning_rate=learning_rate,
        regularization=regularization,
        iterations=100,
        num_threads=THREADS,
        random_state=seed,
    )


PEERS = {
    "implicit ALS": (als, [{"alpha": a, "regularization": r} for a in (1, 10, 40) for r in (0.01, 1)]),
    "implicit BPR": (bpr, [{"learning_rate": l, "regularization": r} for l in (0.01, 0.05) for r in (0.01, 0.1)]),
}


def fit(make, seed, settings, matrix):
    model = make(seed, **settings)
    model.fit(matrix, show_progress=False)
    return np.asarray(model.user_factors), np.asarray(model.item_factors)


def main():
    folder, form, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    matrix, wanted = read(folder, form)
    kept, held = hold_out(matrix, seed)
    rows = []
    for name, (make, candidates) in PEERS.items():
        settings = max(candidates, key=lambda s: score(*fit(make, seed, s, kept), kept, held)[1])
        wall, cpu = time.perf_counter(), time.process_time()
        factors = fit(make, seed, settings, matrix)
        fitted, cpu = time.perf_counter() - wall, time.process_time() - cpu
        recall, ndcg = score(*factors, matrix, wanted)
        rows.append(
            {
                "peer": name,
                "dim": DIM,
                "threads": THREADS,
                **settings,
                "trainSeconds": fitted,
                "cpuSeconds": cpu,
                "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "recall": recall,
                "ndcg": ndcg,
            }
        )
    print(json.dumps(rows))


main()
