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


def main():
    folder, form, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    matrix, wanted = read(folder, form)
    models = {
        # Settings of implicit's own benchmarks, but for the dimensions.
        "implicit ALS": AlternatingLeastSquares(
            factors=DIM, regularization=0.01, alpha=1.0, iterations=15, num_threads=THREADS, random_state=seed
        ),
        "implicit BPR": BayesianPersonalizedRanking(
            factors=DIM - 1, learning_rate=0.05, regularization=0.01, iterations=100, num_threads=THREADS, random_state=seed
        ),
    }
    rows = []
    for name, model in models.items():
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(matrix, show_progress=False)
        fitted, cpu = time.perf_counter() - wall, time.process_time() - cpu
        recall, ndcg = score(np.asarray(model.user_factors), np.asarray(model.item_factors), matrix, wanted)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(
            {
                "peer": name,
                "dim": DIM,
                "threads": THREADS,
                "trainSeconds": fitted,
                "cpuSeconds": cpu,
                "peakMb": peak,
                "recall": recall,
                "ndcg": ndcg,
            }
        )
    print(json.dumps(rows))


main()
