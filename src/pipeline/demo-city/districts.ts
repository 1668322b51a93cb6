// The administrative map of the demo city as a table: districts (구), their dongs (동), where each lies, how it lives.
// Leaves boundaries to tiling.ts.

export interface Dong {
  readonly ko: string
  readonly en: string
  /** Kilometres east of the centre. */
  readonly x: number
  /** Kilometres north (+) or south (−) of the middle of the river. */
  readonly fromRiver: number
  /** How many people live here, relative to the other dongs. */
  readonly homes: number
  /** How many people work or study here. */
  readonly jobs: number
  /** How many places open here besides those of the spots. */
  readonly bustle: number
}

export interface District {
  readonly ko: string
  readonly en: string
  /** Five digits; KOSTAT has no region 99. */
  readonly code: string
  readonly dongs: readonly Dong[]
}

export const CITY = { code: '99', ko: '새벗시', en: 'Saebeot' } as const

const dong = (
  ko: string,
  en: string,
  [x, fromRiver]: readonly [number, number],
  [homes, jobs, bustle]: readonly [number, number, number],
): Dong => ({ ko, en, x, fromRiver, homes, jobs, bustle })

export const DISTRICTS: readonly District[] = [
  {
    ko: '한빛구',
    en: 'Hanbit-gu',
    code: '99010',
    dongs: [
      dong('가온동', 'Gaon-dong', [0.2, 1.1], [2, 9, 6]),
      dong('한빛동', 'Hanbit-dong', [-1.2, 1.6], [4, 5, 4]),
      dong('옛골동', 'Yetgol-dong', [0.7, 2.4], [3, 2, 4]),
      dong('돌담동', 'Doldam-dong', [-0.7, 3], [5, 2, 3]),
      dong('샘터동', 'Saemteo-dong', [1.7, 3.2], [6, 1, 2]),
      dong('종다리동', 'Jongdari-dong', [-0.2, 4.2], [5, 1, 1.5]),
    ],
  },
  {
    ko: '나루구',
    en: 'Naru-gu',
    code: '99020',
    dongs: [
      dong('나루동', 'Naru-dong', [2.1, 1.25], [4, 3, 4]),
      dong('물빛동', 'Mulbit-dong', [3.8, 1.15], [4, 2, 4]),
      dong('버들동', 'Beodeul-dong', [3.1, 2.5], [6, 3, 3]),
      dong('은모래동', 'Eunmorae-dong', [5.3, 1.1], [4, 1, 1.5]),
      dong('갈숲동', 'Galsup-dong', [4.7, 2.6], [5, 1, 1.5]),
      dong('두루섬동', 'Duruseom-dong', [2.6, 0], [0.2, 0.2, 0.3]),
    ],
  },
  {
    ko: '솔뫼구',
    en: 'Solmoe-gu',
    code: '99030',
    dongs: [
      dong('솔뫼동', 'Solmoe-dong', [-2.6, 1.5], [5, 2, 3]),
      dong('글벗동', 'Geulbeot-dong', [-4, 1.4], [4, 8, 4]),
      dong('바람골동', 'Baramgol-dong', [-5.4, 1.9], [4, 1, 1.5]),
      dong('숲정이동', 'Supjeongi-dong', [-2.6, 3.7], [5, 1, 1.5]),
      dong('산들동', 'Sandeul-dong', [-4.3, 3.4], [4, 1, 1.2]),
    ],
  },
  {
    ko: '달내구',
    en: 'Dallae-gu',
    code: '99040',
    dongs: [
      dong('달내동', 'Dallae-dong', [-1.6, -1.2], [5, 4, 4]),
      dong('윤슬동', 'Yunseul-dong', [-3.1, -1.3], [5, 2, 3]),
      dong('새터동', 'Saeteo-dong', [-0.6, -2.7], [4, 9, 4]),
      dong('꽃마루동', 'Kkotmaru-dong', [-2.2, -3.2], [9, 1, 3]),
      dong('하늘동', 'Haneul-dong', [-5.1, -1.7], [6, 1, 1.5]),
    ],
  },
  {
    ko: '여울구',
    en: 'Yeoul-gu',
    code: '99050',
    dongs: [
      dong('여울동', 'Yeoul-dong', [0.9, -1.1], [4, 4, 5]),
      dong('쇠내동', 'Soenae-dong', [2.8, -1.5], [3, 5, 4]),
      dong('벽돌동', 'Byeokdol-dong', [1.4, -2.7], [4, 3, 4]),
      dong('너른동', 'Neoreun-dong', [3.3, -3.2], [7, 2, 2]),
      dong('해오름동', 'Haeoreum-dong', [4.9, -1.8], [5, 1, 1.5]),
      dong('누리동', 'Nuri-dong', [1.1, -4.3], [6, 1, 1.5]),
    ],
  },
]
