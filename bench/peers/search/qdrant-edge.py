"""qdrant-edge-py: HNSW with payload indexes, geo filters included. The same protocol as bench/search/harness.ts."""

import json
import os
import resource
import sys
import time

import numpy as np
import qdrant_edge as q

WARM_UP, MOST_QUERIES, BUDGET, K = 20, 400, 1.5, 10

folder = sys.argv[1]
read = lambda name: json.load(open(os.path.join(folder, name), encoding="utf-8"))
shape, cases = read("shape.json"), read("cases.json")
rows, dim = shape["rows"], shape["dim"]
vectors = np.fromfile(os.path.join(folder, "vectors.f32"), dtype=np.float32).reshape(rows, dim)
queries = np.fromfile(os.path.join(folder, "queries.f32"), dtype=np.float32).reshape(-1, dim)

places = [json.loads(line) for line in open(os.path.join(folder, "rows.ndjson"), encoding="utf-8")]
rss = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before, started = rss(), time.perf_counter()
shard = q.EdgeShard.create(
    os.path.join(folder, "qdrant"),
    q.EdgeConfig(
        vectors=q.EdgeVectorParams(size=dim, distance=q.Distance.Dot),
        hnsw_config=q.HnswIndexConfig(m=16, ef_construct=128, full_scan_threshold=10_000),
    ),
)
kind = q.PayloadSchemaType
for name, schema in [("at", kind.Geo), ("regions", kind.Keyword), ("spots", kind.Keyword), ("categories", kind.Keyword), ("cells", kind.Keyword), ("closed", kind.Integer)]:
    shard.update(q.UpdateOperation.create_field_index(name, schema))
for start in range(0, rows, 1000):
    points = []
    for n in range(start, min(rows, start + 1000)):
        place = places[n]
        payload = {
            "at": {"lon": place["lng"], "lat": place["lat"]},
            "cells": [place["geohash"][:length] for length in range(3, 8)],
            "closed": 1 if place["closed"] else 0,
            **{key: place[key] for key in ("regions", "spots", "categories")},
        }
        points.append(q.Point(n, vectors[n].tolist(), payload))
    shard.update(q.UpdateOperation.upsert_points(points))
shard.optimize()
seconds, used = time.perf_counter() - started, rss() - before
ids = [place["id"] for place in places]
del places


def condition(given):
    must = [q.FieldCondition("closed", match=q.MatchValue(0))]
    for key, name in (("regions", "regions"), ("spots", "spots"), ("categories", "categories"), ("geohashes", "cells")):
        if key in given:
            must.append(q.FieldCondition(name, match=q.MatchAny(given[key])))
    if "bbox" in given:
        west, south, east, north = given["bbox"]
        must.append(q.FieldCondition("at", geo_bounding_box=q.GeoBoundingBox(q.GeoPoint(west, north), q.GeoPoint(east, south))))
    if "circle" in given:
        circle = given["circle"]
        must.append(q.FieldCondition("at", geo_radius=q.GeoRadius(q.GeoPoint(circle["lng"], circle["lat"]), circle["radiusMeters"])))
    if "polygon" in given:
        ring = [q.GeoPoint(lng, lat) for lng, lat in given["polygon"]["coordinates"][0]]
        must.append(q.FieldCondition("at", geo_polygon=q.GeoPolygon(ring)))
    return q.Filter(must=must)


results = []
for case in cases:
    if any("openAt" in given for given in case["filters"]):
        continue
    filters = [condition(given) for given in case["filters"]]
    lists = [query.tolist() for query in queries]

    def ask(n):
        found = shard.query(
            q.QueryRequest(limit=K, query=q.Query.Nearest(lists[n % len(lists)]), filter=filters[n % len(filters)], params=q.SearchParams(hnsw_ef=512))
        )
        return [ids[point.id] for point in found]

    found = wanted = 0
    for n, truth in enumerate(case["truths"]):
        found += len(set(truth) & set(ask(n)))
        wanted += len(truth)
    for n in range(WARM_UP):
        ask(n)
    times, begin = [], time.perf_counter()
    for n in range(MOST_QUERIES):
        if n >= 20 and time.perf_counter() - begin > BUDGET:
            break
        start = time.perf_counter()
        ask(n)
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    results.append(
        {
            "engine": "qdrant-edge",
            "filter": case["name"],
            "selectivity": case["selectivity"],
            "p50Ms": at(0.5),
            "p99Ms": at(0.99),
            "recall": found / wanted if wanted else 1,
            "exact": False,
            "qps1": 1000 * len(times) / sum(times),
        }
    )
build = {"engine": "qdrant-edge", "seconds": seconds, "rssMb": used / 2**20, "bytesPerRow": used / rows}
print(json.dumps({"engine": "qdrant-edge", "results": results, "build": build}))
os._exit(0)
