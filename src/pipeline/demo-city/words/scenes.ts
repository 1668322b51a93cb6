// Phrases that cafés, bars and shops take as a name, with their English. Leaves patterns of names to the kinds.

/** "한국어|English" pairs. */
export const SCENES = [
  ...[
    '느린 오후|Slow Afternoon',
    '작은 창가|Little Window',
    '오래된 서랍|The Old Drawer',
    '두 번째 계절|Second Season',
  ],
  ...[
    '비 오는 화요일|Rainy Tuesday',
    '초록 대문|Green Gate',
    '파란 지붕|Blue Roof',
    '골목 끝|End of the Alley',
    '햇살 한 줌|A Handful of Sun',
  ],
  ...[
    '밤의 정원|Night Garden',
    '열두 계단|Twelve Steps',
    '종이달|Paper Moon',
    '낮은 담|Low Wall',
    '여름 방학|Summer Vacation',
  ],
  ...[
    '첫눈 오는 날|First Snow',
    '나무 그늘|Shade of a Tree',
    '오후 세 시|Three in the Afternoon',
    '일곱 걸음|Seven Paces',
    '긴 의자|The Long Bench',
  ],
  ...[
    '동그란 식탁|Round Table',
    '흰 벽|White Wall',
    '붉은 벽돌|Red Brick',
    '강가의 집|House by the River',
    '다음 정류장|Next Stop',
    '마지막 버스|Last Bus',
  ],
  ...[
    '잠깐 쉼표|Comma',
    '고양이 낮잠|Cat Nap',
    '토끼굴|Rabbit Hole',
    '초승달 아래|Under the New Moon',
    '물고기자리|Pisces',
    '작은 섬|Small Island',
  ],
  ...[
    '언덕 위|On the Hill',
    '창문 너머|Beyond the Window',
    '이층집|Upstairs House',
    '반쯤 열린 문|Half-open Door',
    '엄마의 찬장|Mother’s Cupboard',
  ],
  ...[
    '할머니의 재봉틀|Grandmother’s Sewing Machine',
    '빈 의자 하나|One Empty Chair',
    '어제의 라디오|Yesterday’s Radio',
    '둘째 주 토요일|Second Saturday',
  ],
  ...[
    '달과 여섯 개의 방|The Moon and Six Rooms',
    '푸른 접시|Blue Plate',
    '조용한 사람들|Quiet People',
    '산책자의 노트|Walker’s Notebook',
  ],
  ...[
    '목요일의 숲|Thursday Forest',
    '여기 잠시|Here for a While',
    '바람이 지나는 자리|Where the Wind Passes',
    '연필깎이|Pencil Sharpener',
    '오렌지 하늘|Orange Sky',
  ],
] as const
