// Words that restaurants are named after, by cuisine. Leaves patterns of names to the kinds.

/** Given names of grandmothers and owners, "한글|Roman". */
export const FAMILY = [
  ...[
    '순자|Sunja',
    '옥자|Okja',
    '금순|Geumsun',
    '춘자|Chunja',
    '말순|Malsun',
    '복희|Bokhui',
    '영자|Yeongja',
    '미자|Mija',
    '정숙|Jeongsuk',
  ],
  ...[
    '덕배|Deokbae',
    '만수|Mansu',
    '길남|Gilnam',
    '두식|Dusik',
    '봉순|Bongsun',
    '점례|Jeomnye',
    '필남|Pilnam',
    '광수|Gwangsu',
    '상철|Sangcheol',
  ],
  ...['은주|Eunju', '경아|Gyeonga', '철이|Cheori', '윤희|Yunhui', '병철|Byeongcheol', '달자|Dalja'],
] as const

/** Regions whose cooking a restaurant follows. */
export const TOWN = [
  ...[
    '남도|Namdo',
    '강원|Gangwon',
    '통영|Tongyeong',
    '전주|Jeonju',
    '안동|Andong',
    '춘천|Chuncheon',
    '목포|Mokpo',
    '포항|Pohang',
    '제주|Jeju',
  ],
  ...[
    '속초|Sokcho',
    '여수|Yeosu',
    '나주|Naju',
    '영월|Yeongwol',
    '서산|Seosan',
    '거제|Geoje',
    '지리산|Jirisan',
    '평양|Pyeongyang',
    '함흥|Hamheung',
  ],
] as const

/** Old-fashioned house names. */
export const HOUSE = [
  ...[
    '청기와|Cheonggiwa',
    '백송|Baeksong',
    '송림|Songnim',
    '대림|Daerim',
    '청운|Cheongun',
    '금강|Geumgang',
    '은성|Eunseong',
    '동원|Dongwon',
  ],
  ...[
    '만복|Manbok',
    '우정|Ujeong',
    '한일|Hanil',
    '진미|Jinmi',
    '일미|Ilmi',
    '수복|Subok',
    '장수|Jangsu',
    '풍년|Pungnyeon',
    '복가|Bokga',
  ],
  ...[
    '삼거리|Samgeori',
    '우물가|Umulga',
    '느티나무|Neutinamu',
    '돌쇠|Dolsoe',
    '가마솥|Gamasot',
    '장독대|Jangdokdae',
    '소나무|Sonamu',
    '옹기|Onggi',
  ],
] as const

export const JAPANESE = [
  ...[
    '유메|Yume',
    '소라|Sora',
    '키쿠|Kiku',
    '나기|Nagi',
    '미도리|Midori',
    '하나비|Hanabi',
    '츠키|Tsuki',
    '카제|Kaze',
    '모리|Mori',
    '이치고|Ichigo',
  ],
  ...[
    '토모|Tomo',
    '아카리|Akari',
    '유키|Yuki',
    '히카리|Hikari',
    '코토|Koto',
    '아오이|Aoi',
    '타케|Take',
    '마츠|Matsu',
    '스즈메|Suzume',
    '아사히나|Asahina',
  ],
  ...['코하루|Koharu', '시로|Shiro', '쿠로|Kuro', '나미|Nami'],
] as const

export const CHINESE = [
  ...[
    '태화|Taehwa',
    '만리|Manri',
    '동보|Dongbo',
    '금룡|Geumnyong',
    '춘풍|Chunpung',
    '복해|Bokhae',
    '진흥|Jinheung',
    '신흥|Sinheung',
    '화룡|Hwaryong',
  ],
  ...[
    '연화|Yeonhwa',
    '서래|Seorae',
    '청룡|Cheongnyong',
    '영빈|Yeongbin',
    '향원|Hyangwon',
    '홍매|Hongmae',
    '만다린|Mandarin',
    '옥류|Ongnyu',
    '월향|Wolhyang',
  ],
  ...['북문|Bungmun', '천향|Cheonhyang'],
] as const

export const ITALIAN = [
  ...[
    '루나|Luna',
    '솔레|Sole',
    '베르데|Verde',
    '리바|Riva',
    '치엘로|Cielo',
    '비앙코|Bianco',
    '로쏘|Rosso',
    '피노|Pino',
    '올리바|Oliva',
    '리모네|Limone',
  ],
  ...[
    '노체|Noce',
    '마레|Mare',
    '테라|Terra',
    '도메니카|Domenica',
    '파올로|Paolo',
    '니나|Nina',
    '지오|Gio',
    '소피아|Sofia',
    '벨로|Bello',
    '폰테|Ponte',
  ],
] as const

export const FRENCH = [
  ...[
    '마르셀|Marcel',
    '르봉|Le Bon',
    '쁘띠 마르|Petit Mars',
    '보네르|Bonheur',
    '라모|Rameau',
    '클로에|Chloé',
    '블레|Blé',
    '라뤼|La Rue',
    '아망딘|Amandine',
  ],
  ...[
    '누아|Noix',
    '폼므|Pomme',
    '오귀스트|Auguste',
    '세잔|Saison',
    '리브르|Livre',
    '뤼미에르|Lumière',
    '봉주르 수요일|Bonjour Mercredi',
  ],
] as const

export const ASIAN = [
  ...[
    '반미|Banh Mi',
    '사이공|Saigon',
    '하노이|Hanoi',
    '호이안|Hoi An',
    '방콕|Bangkok',
    '치앙|Chiang',
    '카오|Khao',
    '망고|Mango',
    '라임|Lime',
    '코코넛|Coconut',
  ],
  ...['뭄바이|Mumbai', '고아|Goa', '마살라|Masala', '사프란|Saffron', '히말라야|Himalaya', '자스민|Jasmine'],
] as const
