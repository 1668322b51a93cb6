// Games, sports and places for children in the demo city. Leaves drawing from the tables to places.ts.
import { kindsOf } from './kind.ts'

export const PLAY = kindsOf(
  'play',
  {
    hours: { open: [11, 12, 13], close: [23, 24, 25, 26], weekend: { open: -1, close: 1 } },
    price: [1, 2],
    indoor: true,
    traits: { groups: 0.7, date: 0.25, parking: 0.2, reservation: 0.3, wifi: 0.3 },
    tastes: { play: 0.85 },
    pitches: [
      '친구들과 {item:을/를} 하며 시간 가는 줄 모르는 곳.',
      '{area}에서 {item:으로/로} 가장 붐비는 놀이터.',
      '{item:을/를} 처음 해 보는 사람에게도 쉽게 알려 줘요.',
      '비 오는 날에도 {item:으로/로} 신나게 놀 수 있어요.',
    ],
    praises: [
      '{item} 하다가 세 시간이 사라졌어요.',
      '직원이 규칙을 재밌게 설명해 줘요.',
      '시설이 깨끗하고 넓어요.',
      '친구들이랑 또 가기로 했어요.',
      '시험 끝나면 무조건 여기.',
      '음료가 싸고 종류도 많아요.',
      '스트레스가 싹 풀렸어요.',
    ],
    complaints: ['주말에는 한참 기다려야 해요.', '옆방 소리가 들려요.', '환기가 아쉬워요.'],
  },
  [
    {
      ...{ code: 'play/board-game', ko: '보드게임', en: 'Board games', share: 42 },
      names: [
        '{stem} 보드게임|{stem} Board Games',
        '{modern} 보드카페|{modern} Board Café',
        '{playful} 주사위|{playful} Dice',
      ],
      items: ['보드게임', '추리 게임', '카드 게임', '협력 게임', '머더미스터리'],
      traits: { kids: 0.2 },
    },
    {
      ...{ code: 'play/karaoke', ko: '노래방', en: 'Karaoke', share: 75 },
      names: [
        '{stem} 노래방|{stem} Karaoke',
        '{night} 코인노래방|{night} Coin Karaoke',
        '{modern} 노래연습장|{modern} Singing Rooms',
      ],
      items: ['최신곡', '코인 노래', '듀엣곡', '애창곡 메들리'],
      hours: { open: [12, 13, 14], close: [26, 27, 28], always: 0.15 },
      tastes: { late: 0.3 },
      pitches: ['목청껏 {item:을/를} 부를 수 있는 {area}의 노래방.'],
    },
    {
      ...{ code: 'play/pc-room', ko: 'PC방', en: 'PC room', share: 60 },
      names: ['{modern} PC방|{modern} PC Room', '{stem} PC|{stem} PC', '{night} 게이밍|{night} Gaming'],
      items: ['온라인 게임', '라면', '새벽 정액', '고사양 게임'],
      hours: { open: [9, 10], close: [25, 26], always: 0.85 },
      price: [1, 1],
      traits: { solo: 0, date: 0 },
      tastes: { late: 0.15 },
    },
    {
      ...{ code: 'play/escape-room', ko: '방탈출', en: 'Escape room', share: 26 },
      names: [
        '{scene} 방탈출|{scene} Escape',
        '{night} 이스케이프|{night} Escape',
        '탈출 {stem}|Escape {stem}',
      ],
      items: ['공포 테마', '추리 테마', '감성 테마', '판타지 테마'],
      price: [2, 3],
      traits: { reservation: 0.9, date: 0.5 },
    },
    {
      ...{ code: 'play/arcade', ko: '오락실·볼링', en: 'Arcade and bowling', share: 34 },
      names: [
        '{stem} 오락실|{stem} Arcade',
        '{modern} 볼링|{modern} Bowling',
        '{playful} 오락실|{playful} Arcade',
        '{modern} 당구클럽|{modern} Billiards',
      ],
      items: ['리듬 게임', '인형 뽑기', '볼링', '펌프', '농구 게임', '포켓볼'],
      traits: { kids: 0.25 },
    },
  ],
)

export const SPORTS = kindsOf(
  'sport',
  {
    hours: {
      open: [6, 6, 7, 9],
      close: [22, 23, 23],
      weekend: { open: 2, close: -4 },
      dayOff: 0.3,
      daysOff: [6],
    },
    price: [2, 3],
    indoor: true,
    traits: { parking: 0.45, wifi: 0.2, accessible: 0.15, reservation: 0.35, groups: 0.1 },
    tastes: { sports: 0.9 },
    pitches: [
      '{item:을/를} 처음부터 차근차근 가르쳐 줍니다.',
      '{area}에서 퇴근길에 {item:을/를} 하기 좋은 곳.',
      '새벽부터 {item} 소리로 활기찬 곳이에요.',
      '깨끗한 샤워실을 갖추고 {item:을/를} 할 수 있어요.',
    ],
    praises: [
      '강사님이 자세를 꼼꼼히 잡아 주세요.',
      '{item} 시작한 지 석 달, 허리가 안 아파요.',
      '기구가 많고 관리가 잘 돼요.',
      '땀 쫙 빼고 나면 하루가 개운해요.',
      '회원들 분위기가 좋아요.',
      '초보도 부담 없이 시작할 수 있어요.',
      '운동이 이렇게 재밌는 건 처음이에요.',
    ],
    complaints: ['저녁 시간에는 사람이 몰려요.', '샤워실이 조금 좁아요.', '등록 기간이 길어서 부담됐어요.'],
  },
  [
    {
      ...{ code: 'sport/gym', ko: '헬스장', en: 'Gym', share: 90 },
      names: ['{modern} 짐|{modern} Gym', '{stem} 헬스|{stem} Fitness', '{modern} 피트니스|{modern} Fitness'],
      items: ['웨이트', '개인 지도', '러닝', '크로스핏', '스피닝'],
      hours: { open: [6, 6, 7], close: [23, 24], weekend: { open: 2, close: -4 }, always: 0.2 },
    },
    {
      ...{ code: 'sport/climbing', ko: '클라이밍', en: 'Climbing', share: 24 },
      names: [
        '{modern} 클라이밍|{modern} Climbing',
        '{stem} 암장|{stem} Climbing Wall',
        '{nature} 볼더링|{nature} Bouldering',
      ],
      items: ['볼더링', '리드 클라이밍', '지구력 벽', '입문 강습'],
      hours: { open: [10, 11, 12], close: [22, 23] },
      traits: { kids: 0.2 },
      praises: ['매주 문제가 바뀌어서 질리지 않아요.'],
    },
    {
      ...{ code: 'sport/yoga', ko: '요가·필라테스', en: 'Yoga and Pilates', share: 75 },
      names: [
        '{stem} 요가|{stem} Yoga',
        '{modern} 필라테스|{modern} Pilates',
        '{nature} 요가원|{nature} Yoga House',
      ],
      items: ['빈야사', '기구 필라테스', '하타 요가', '싱잉볼 명상', '소도구 수업'],
      traits: { quiet: 0.6, reservation: 0.7 },
      tastes: { sports: 0.75, vegan: 0.1 },
    },
    {
      ...{ code: 'sport/swimming', ko: '수영장', en: 'Swimming pool', share: 14 },
      names: ['{dong} 수영장|{dong} Pool', '{stem} 스포츠센터|{stem} Sports Centre'],
      items: ['자유 수영', '아쿠아로빅', '새벽 강습', '어린이 강습'],
      traits: { kids: 0.6, parking: 0.9, accessible: 0.6 },
      season: 'summer',
    },
    {
      ...{ code: 'sport/court', ko: '구기·라켓', en: 'Courts', share: 45 },
      names: [
        '{stem} 테니스|{stem} Tennis',
        '{modern} 배드민턴|{modern} Badminton',
        '{dong} 풋살장|{dong} Futsal',
        '{modern} 스크린골프|{modern} Screen Golf',
        '{stem} 탁구장|{stem} Table Tennis',
      ],
      items: ['레슨', '복식 경기', '풋살', '스크린골프', '탁구'],
      traits: { groups: 0.5, parking: 0.7 },
    },
    {
      ...{ code: 'sport/martial-arts', ko: '무술·복싱', en: 'Martial arts', share: 38 },
      names: [
        '{stem} 태권도|{stem} Taekwondo',
        '{modern} 복싱|{modern} Boxing',
        '{modern} 주짓수|{modern} Jiu-jitsu',
        '{stem} 검도관|{stem} Kumdo',
      ],
      items: ['복싱', '주짓수', '태권도', '검도', '킥복싱'],
      traits: { kids: 0.35 },
    },
  ],
)

export const KIDS = kindsOf(
  'kids',
  {
    hours: { open: [10, 10, 10.5, 11], close: [18, 19, 20], dayOff: 0.4, daysOff: [0, 0, 1] },
    price: [1, 3],
    indoor: true,
    traits: { kids: 1, parking: 0.75, accessible: 0.4, groups: 0.4, reservation: 0.4, wifi: 0.3 },
    tastes: { kids: 0.55 },
    pitches: [
      '아이들이 {item:을/를} 하며 마음껏 뛰노는 곳.',
      '{item:이/가} 있어 비 오는 주말에 인기입니다.',
      '{area} 부모들이 가장 많이 찾는 {item} 놀이터.',
      '안전 선생님이 {item:을/를} 함께 지켜봐 줍니다.',
    ],
    praises: [
      '{item:을/를} 제일 좋아해요. 집에 안 가겠대요.',
      '청소가 잘 되어 있어서 안심이에요.',
      '두 시간이 짧게 느껴졌어요.',
      '생일잔치를 여기서 했는데 대성공.',
      '보호자 자리가 편해서 좋아요.',
      '선생님들이 정말 다정해요.',
    ],
    complaints: ['주말에는 아이들이 너무 많아요.', '양말을 안 챙겨 가서 샀어요.', '간식 값이 비싼 편이에요.'],
  },
  [
    {
      ...{ code: 'kids/kids-cafe', ko: '키즈카페', en: 'Kids’ café', share: 60 },
      names: [
        '{playful} 키즈카페|{playful} Kids’ Café',
        '{playful} 놀이터|{playful} Playground',
        '{playful} 키즈파크|{playful} Kids’ Park',
        '{modern} 키즈|{modern} Kids',
      ],
      items: ['볼풀', '트램펄린', '모래 놀이', '대형 미끄럼틀', '역할 놀이', '블록 놀이'],
    },
    {
      ...{ code: 'kids/experience', ko: '어린이 체험', en: 'Children’s activities', share: 38 },
      names: [
        '{playful} 과학교실|{playful} Science Room',
        '{playful} 미술놀이|{playful} Art Play',
        '{playful} 농장|{playful} Farm',
        '{playful} 요리교실|{playful} Cooking Class',
      ],
      items: ['물감 놀이', '과학 실험', '동물 먹이 주기', '쿠키 굽기', '도자기 빚기', '고구마 캐기'],
      tastes: { kids: 0.55, art: 0.1 },
    },
    {
      ...{ code: 'kids/library', ko: '어린이 도서관·장난감', en: 'Children’s library', share: 24 },
      names: [
        '{dong} 어린이도서관|{dong} Children’s Library',
        '{playful} 장난감도서관|{playful} Toy Library',
        '{playful} 그림책관|{playful} Picture Book House',
      ],
      items: ['그림책', '장난감 대여', '이야기 시간', '책 놀이'],
      price: [1, 1],
      traits: { quiet: 0.4 },
      tastes: { kids: 0.5, vintage: 0.1 },
    },
  ],
)
