// Markets and shops of the demo city. Leaves drawing from the tables to places.ts.
import { kindsOf } from './kind.ts'

export const SHOPS = kindsOf(
  'shop',
  {
    hours: { open: [11, 11, 12, 13], close: [19, 20, 21], dayOff: 0.4, daysOff: [0, 1] },
    price: [1, 3],
    indoor: true,
    traits: { pets: 0.12, parking: 0.1, quiet: 0.12, kids: 0.08, accessible: 0.15 },
    tastes: { vintage: 0.2 },
    pitches: [
      '{area}에서 {item:을/를} 고르는 재미가 있는 가게.',
      '{item:을/를} 한 점씩 골라 들여오는 작은 상점입니다.',
      '구경만 해도 즐거운 {item} 가게예요.',
      '{item:이/가} 계절마다 새로 들어옵니다.',
      '선물할 {item:을/를} 찾는다면 들러 보세요.',
    ],
    praises: [
      '{item} 하나 사러 갔다가 세 개 샀어요.',
      '다른 데서 못 보던 물건이 많아요.',
      '사장님 안목이 좋아요.',
      '포장을 정성껏 해 주셔서 선물하기 좋았어요.',
      '{area} 갈 때마다 들르는 가게.',
      '구경하다 보면 한 시간이 훌쩍.',
      '가격이 합리적이에요.',
    ],
    complaints: ['물건은 좋은데 값이 나가요.', '가게가 좁아서 둘러보기 불편해요.', '찾던 물건이 없었어요.'],
  },
  [
    {
      ...{ code: 'shopping/fashion', ko: '옷가게', en: 'Fashion', share: 100 },
      names: [
        '{modern} 웨어|{modern} Wear',
        '{stem} 옷장|{stem} Closet',
        '{scene} 옷가게|{scene} Clothing',
        '{modern} 편집숍|{modern} Select Shop',
      ],
      items: ['리넨 셔츠', '데님', '니트', '원피스', '코트', '운동화', '가방'],
      price: [2, 4],
      tastes: { vintage: 0.15 },
    },
    {
      ...{ code: 'shopping/vintage', ko: '빈티지', en: 'Vintage', share: 65 },
      names: [
        '{stem} 빈티지|{stem} Vintage',
        '{family}네 구제|{family}’s Second-hand',
        '{scene} 빈티지|{scene} Vintage',
        '{stem} 고물상|{stem} Curiosities',
      ],
      items: [
        '군용 재킷',
        '구제 청바지',
        '옛날 컵',
        '필름 카메라',
        '원목 의자',
        '체크 셔츠',
        '유리 조명',
        '타자기',
      ],
      tastes: { vintage: 0.9 },
      praises: ['보물찾기하는 기분이에요.', '상태 좋은 {item:을/를} 건졌어요.'],
    },
    {
      ...{ code: 'shopping/goods', ko: '소품샵', en: 'Gift shop', share: 80 },
      names: [
        '{stem} 상점|{stem} Store',
        '{stem} 문구|{stem} Stationery',
        '{scene} 소품샵|{scene} Gifts',
        '{playful} 문구점|{playful} Stationery',
      ],
      items: ['엽서', '노트', '스티커', '머그컵', '인형', '향초', '달력', '연필'],
      price: [1, 2],
      traits: { date: 0.2, kids: 0.2 },
      tastes: { vintage: 0.4, art: 0.15 },
    },
    {
      ...{ code: 'shopping/flower', ko: '꽃집', en: 'Florist', share: 45 },
      names: [
        '{stem} 꽃집|{stem} Flowers',
        '{nature} 플라워|{nature} Flower',
        '꽃과 {stem}|Flowers and {stem}',
        '{scene} 식물가게|{scene} Plants',
      ],
      items: ['꽃다발', '튤립', '화분', '드라이플라워', '다육식물', '리스', '수국'],
      hours: { open: [9, 10], close: [19, 20], dayOff: 0.4, daysOff: [6] },
      season: 'spring',
      tastes: { vintage: 0.1, nature: 0.2 },
    },
    {
      ...{ code: 'shopping/records', ko: '음반점', en: 'Record shop', share: 22 },
      names: [
        '{stem} 레코드|{stem} Records',
        '{night} 음반|{night} Records',
        '{scene} 레코드|{scene} Records',
      ],
      items: ['재즈 음반', '중고 LP', '시티팝 음반', '카세트테이프', '가요 명반'],
      tastes: { vintage: 0.85, art: 0.25 },
      praises: ['청음할 수 있어서 좋아요.'],
    },
    {
      ...{ code: 'shopping/craft', ko: '공예품', en: 'Crafts', share: 40 },
      names: [
        '{stem} 도자기|{stem} Ceramics',
        '{house} 유기|{house} Brassware',
        '{stem} 한지|{stem} Hanji',
        '{stem} 그릇가게|{stem} Tableware',
      ],
      items: ['백자 그릇', '한지 공책', '유기 수저', '나무 도마', '조각보', '찻잔'],
      price: [2, 4],
      tastes: { art: 0.35, vintage: 0.35 },
    },
  ],
)

export const MARKETS = kindsOf(
  'market',
  {
    hours: { open: [6, 7, 8, 9], close: [18, 19, 20, 21], dayOff: 0.25, daysOff: [6] },
    price: [1, 2],
    indoor: false,
    traits: { parking: 0.3, takeout: 0.5, kids: 0.05, accessible: 0.15 },
    tastes: { market: 0.9 },
    pitches: [
      '{item:으로/로} 이름난 {area}의 장터.',
      '새벽부터 {item:을/를} 실은 트럭이 들어옵니다.',
      '{item:을/를} 맛보라고 손에 쥐여 주는 정겨운 가게.',
      '흥정하는 소리가 정겨운 {area}의 시장입니다.',
    ],
    praises: [
      '덤까지 챙겨 주셔서 두 손 무겁게 왔어요.',
      '{item:이/가} 싱싱하고 값도 좋아요.',
      '장 보고 {item} 먹는 게 주말 코스예요.',
      '사람 사는 냄새가 나요.',
      '외국 친구를 데려갔더니 정말 좋아했어요.',
      '현금 조금 챙겨 가세요.',
    ],
    complaints: ['통로가 좁고 붐벼요.', '오후 늦게 가면 문 닫은 가게가 많아요.'],
  },
  [
    {
      ...{ code: 'shopping/market', ko: '전통시장', en: 'Traditional market', share: 14 },
      names: [
        '{dong} 전통시장|{dong} Traditional Market',
        '{stem}시장|{stem} Market',
        '{dong} 오일장|{dong} Five-day Market',
        '{nature} 새벽시장|{nature} Dawn Market',
      ],
      items: ['제철 나물', '빈대떡', '수산물', '과일', '장터 국밥', '참기름'],
      traits: { parking: 0.7 },
    },
    {
      ...{ code: 'shopping/market/stall', ko: '시장 가게', en: 'Market stall', share: 85 },
      names: [
        '{family}네 반찬|{family}’s Banchan',
        '{house} 떡집|{house} Rice Cakes',
        '{house} 정육점|{house} Butcher',
        '{town} 건어물|{town} Dried Fish',
        '{family}네 과일|{family}’s Fruit',
        '{house} 방앗간|{house} Mill',
        '{town} 젓갈|{town} Jeotgal',
      ],
      items: ['인절미', '참기름', '장조림', '명란젓', '복숭아', '멸치', '가래떡', '햇김', '손두부'],
      tastes: { market: 0.75 },
    },
  ],
)
