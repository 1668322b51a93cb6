// Care, lodging and places for pets in the demo city. Leaves drawing from the tables to places.ts.
import { kindsOf } from './kind.ts'

export const CARE = kindsOf(
  'care',
  {
    hours: { open: [10, 10, 11], close: [19, 20, 21], dayOff: 0.7, daysOff: [0, 1, 6] },
    price: [1, 3],
    indoor: true,
    traits: { reservation: 0.8, parking: 0.25, wifi: 0.3, quiet: 0.2, accessible: 0.1, kids: 0.06 },
    tastes: {},
    pitches: [
      '{item:으로/로} 오래 사랑받아 온 {area}의 단골 많은 집.',
      '상담부터 꼼꼼하게, {item:으로/로} 이름난 곳입니다.',
      '{item:을/를} 찾는 손님이 끊이지 않는 곳이에요.',
      '{area}에서 {item:이/가} 필요할 때 찾는 곳이에요.',
    ],
    praises: [
      '원하는 느낌을 정확히 알아주세요.',
      '{item} 결과가 마음에 들어요.',
      '손이 빠르고 꼼꼼해요.',
      '강매가 없어서 편해요.',
      '다음 예약도 잡고 왔어요.',
      '이사 가도 여기로 다닐 거예요.',
      '사장님 솜씨가 예술이에요.',
    ],
    complaints: [
      '예약 시간보다 조금 기다렸어요.',
      '추가 비용이 있었어요.',
      '원하는 시간에 예약 잡기가 어려워요.',
    ],
  },
  [
    {
      code: 'beauty/hair',
      ko: '미용실',
      en: 'Hair salon',
      share: 110,
      names: [
        '{stem} 헤어|{stem} Hair',
        '{modern} 헤어살롱|{modern} Hair Salon',
        '{family} 미용실|{family} Beauty Shop',
        '{stem} 바버숍|{stem} Barbershop|남성 커트,면도,포마드 스타일',
      ],
      items: ['커트', '펌', '염색', '두피 관리', '남성 커트', '클리닉'],
    },
    {
      code: 'beauty/nail',
      ko: '네일',
      en: 'Nail studio',
      share: 55,
      names: ['{stem} 네일|{stem} Nail', '{modern} 네일|{modern} Nail', '{scene} 네일|{scene} Nail'],
      items: ['젤네일', '네일아트', '손 관리', '페디큐어'],
    },
    {
      code: 'beauty/spa',
      ko: '마사지·목욕',
      en: 'Spa and baths',
      share: 45,
      names: [
        '{stem} 스파|{stem} Spa|아로마 마사지,족욕,스톤 테라피',
        '{house} 찜질방|{house} Jjimjilbang|황토방,찜질,식혜와 달걀',
        '{nature} 테라피|{nature} Therapy|아로마 마사지,림프 관리,두피 관리',
        '{house} 사우나|{house} Sauna|사우나,냉탕 온탕,세신',
      ],
      items: ['아로마 마사지', '황토방', '족욕', '찜질', '스톤 테라피'],
      hours: {
        open: [6, 9, 10],
        close: [22, 23, 24],
        always: 0.25,
      },
      tastes: {
        quiet: 0.1,
        sports: 0.1,
      },
      season: 'winter',
    },
  ],
)

export const STAYS = kindsOf(
  'stay',
  {
    hours: { open: [0], close: [24], always: 1 },
    price: [2, 4],
    indoor: true,
    traits: {
      parking: 0.7,
      wifi: 0.9,
      view: 0.25,
      kids: 0.35,
      pets: 0.12,
      quiet: 0.3,
      reservation: 0.9,
      accessible: 0.4,
      date: 0.3,
    },
    tastes: { gourmet: 0.05 },
    pitches: [
      '{area}에서 하룻밤 묵어가기 좋은 곳.',
      '{item:이/가} 기분 좋은 {area}의 숙소입니다.',
      '여행자에게 {item:을/를} 내어 주는 집.',
      '창을 열면 {area} 골목이 보이는 숙소예요.',
    ],
    praises: [
      '침구가 포근해서 늦잠 잤어요.',
      '{item} 덕분에 여행이 더 즐거웠어요.',
      '직원이 동네 맛집을 지도에 그려 줬어요.',
      '깨끗하고 조식이 맛있어요.',
      '역에서 걸어갈 만해요.',
      '다음 여행 때도 여기로.',
    ],
    complaints: ['방음이 조금 아쉬워요.', '수압이 약했어요.', '엘리베이터가 느려요.'],
  },
  [
    {
      code: 'stay/hotel',
      ko: '호텔',
      en: 'Hotel',
      share: 36,
      names: [
        '호텔 {stem}|Hotel {stem}',
        '{nature} 호텔|{nature} Hotel',
        '{modern} 호텔|{modern} Hotel',
        '{dong} 스테이|{dong} Stay',
      ],
      items: ['조식 뷔페', '라운지', '수영장', '넓은 욕조'],
      price: [3, 4],
      tastes: {
        gourmet: 0.2,
        views: 0.15,
      },
    },
    {
      code: 'stay/guesthouse',
      ko: '게스트하우스',
      en: 'Guesthouse',
      share: 46,
      names: [
        '{stem} 게스트하우스|{stem} Guesthouse',
        '{scene} 스테이|{scene} Stay',
        '{stem} 민박|{stem} Minbak',
      ],
      items: ['공용 주방', '옥상 마당', '아침 토스트', '여행 책장'],
      price: [1, 2],
    },
    {
      code: 'stay/hanok',
      ko: '한옥 숙소',
      en: 'Hanok stay',
      share: 24,
      names: [
        '{stem} 한옥|{stem} Hanok',
        '{house} 고택|{house} Old House',
        '{nature} 한옥스테이|{nature} Hanok Stay',
      ],
      items: ['온돌방', '대청마루', '다도 체험', '작은 마당'],
      price: [3, 4],
      tastes: {
        quiet: 0.2,
        vintage: 0.2,
      },
    },
  ],
)

export const PETS = kindsOf(
  'pet',
  {
    hours: { open: [10, 11], close: [19, 20, 21], dayOff: 0.4, daysOff: [0, 1] },
    price: [1, 3],
    indoor: true,
    traits: { pets: 1, parking: 0.45, reservation: 0.4, kids: 0.12 },
    tastes: { pets: 0.5 },
    pitches: [
      '{area}에서 {item:으로/로} 소문난 곳.',
      '{item:이/가} 필요할 때 동네 보호자들이 찾는 곳.',
      '{item:이/가} 있어 반려동물이 먼저 알아보는 집이에요.',
    ],
    praises: [
      '우리 아이가 문 앞에서부터 들떠요.',
      '{item} 덕분에 단골이 됐어요.',
      '겁 많은 아이인데 다정하게 대해 주셨어요.',
      '사장님이 이름을 기억해 주세요.',
    ],
    complaints: ['주말에는 붐벼서 정신없어요.', '예약이 금방 차요.'],
  },
  [
    {
      code: 'pet/cafe',
      ko: '애견 카페',
      en: 'Dog café',
      share: 30,
      names: [
        '{playful} 애견카페|{playful} Dog Café',
        '멍멍 {stem}|Woof {stem}',
        '{stem} 댕댕이네|{stem} Doggy House',
        '{stem} 고양이카페|{stem} Cat Café|고양이 놀이,고양이 간식,캣타워',
      ],
      items: ['실내 운동장', '강아지 간식', '멍푸치노', '잔디 마당'],
      tastes: {
        pets: 0.5,
        quiet: 0.02,
        dessert: 0.08,
      },
    },
    {
      code: 'pet/grooming',
      ko: '반려동물 미용·용품',
      en: 'Pet grooming and supplies',
      share: 42,
      names: [
        '{playful} 펫살롱|{playful} Pet Salon',
        '{stem} 펫숍|{stem} Pet Shop',
        '{stem} 강아지미용|{stem} Dog Grooming',
      ],
      items: ['가위컷 미용', '수제 간식', '목욕', '장난감', '호텔링'],
    },
    {
      code: 'pet/park',
      ko: '반려견 놀이터',
      en: 'Dog park',
      share: 16,
      names: ['{nature} 반려견놀이터|{nature} Dog Park', '{dong} 멍멍파크|{dong} Woof Park'],
      items: ['어질리티', '넓은 잔디', '물놀이장', '산책 모임'],
      hours: {
        open: [8, 9, 10],
        close: [20, 21, 22],
      },
      indoor: false,
      tastes: {
        pets: 0.5,
        nature: 0.3,
      },
    },
  ],
)
