const { buildCities } = await import('/work/wt-rerank2/bench/serve/cities.ts')
const t = performance.now()
await buildCities('/tmp/rerank2/big', 40)
console.log('built', (performance.now() - t) / 1000)
