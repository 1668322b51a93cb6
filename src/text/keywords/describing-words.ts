// Korean and English words by what they say of a place, as stems of korean-endings.ts: qualities that describe it, and
// circumstances of a visit, which do not. Leaves nouns that are in neither list to describing.ts.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Adjectives of places, food, rooms and service. What is bad is with the complaints (stop-words.ts). */
export const QUALITIES = words(`
  좋 많 크 넓 높 낮 작 편하 편리 편안 괜찮 훌륭 완벽 멋지 멋있 예쁘 예뻐 이쁘 이뻐 곱 귀엽 아름답 근사 세련 고급 고급지 고급스럽
  깨끗 깔끔 청결 쾌적 위생적 단정 정갈 말끔 조용 한적 차분 고요 잔잔 아늑 포근 따뜻 따듯 시원 선선 밝 환하 널찍 넉넉 여유롭 한가 느긋
  친절 상냥 다정 따스 유쾌 세심 섬세 꼼꼼 정성 능숙 빠르 빨라 신속 정확
  맛있 맛나 맛잇 존맛 존맛탱 꿀맛 고소 담백 달콤 달달 새콤 매콤 짭짤 얼큰 칼칼 진하 깊 부드럽 촉촉 쫀득 쫄깃 바삭 꾸덕 폭신 쫀쫀 아삭 탱글
  신선 싱싱 상큼 향긋 향기롭 구수 개운 시큼 산뜻 알차 푸짐 든든 넘치 풍부 다양 특별 특이 독특 색다르 신기 유니크 이색적 참신
  아기자기 감성 감성적 힙하 빈티지 모던 클래식 이국적 고풍 앤틱 심플 미니멀 화려 웅장 탁 트이 트여 맑 푸르 포토제닉
  저렴 싸 착하 합리적 가성비 알뜰 무료 건강 유명 인기 인상적 매력적 재밌 재미있 즐겁 행복 만족 만족스럽 흥미롭 낭만 로맨틱 어울리 가깝 가까
  안락 평화 평온 상쾌 청량 튼튼 안전 새롭 오래되 전통 정통 신박 알맞 적당 적절 최고 으뜸 뛰어나 탁월 반갑 배부르
  tasty delicious fresh clean cozy cosy quiet calm friendly kind cheap affordable spacious beautiful pretty lovely nice good
  great excellent amazing warm bright comfortable fast quick authentic crispy sweet rich popular unique charming relaxing
`)

/** Adjectives made of nouns: 자연스럽, 여유롭, 위생적이. */
export const QUALITY_ENDINGS = /(?:스럽|스러우|스러워|롭|로우|로워)$/

/** With whom, when, why and how somebody came, and what was done: true of a visit, not of the place. Abstract words too. */
export const CIRCUMSTANCES = words(`
  여자친구 남자친구 여친 남친 친구 남편 아내 와이프 신랑 애인 동생 언니 오빠 누나 형 엄마 아빠 어머니 아버지 어머님 아버님 부모 할머니 할아버지
  이모 삼촌 조카 딸 아들 가족 식구 동료 직장 회사 상사 팀 지인 이웃 주민 학생 여자 남자 여자분 남자분 남자직원 여자직원 아저씨 아줌마 아주머니
  사람 사람들 손님 손 고객 회원 일행 혼자만 여럿 다들 누구 본인 자신 한분 부부 알바 알바생 주인 직원 사장님
  생일 기념일 결혼 돌잔치 졸업 입학 시험 퇴근 출근 약속 이사 휴가 방학 명절 연말 연초 새해 크리스마스 소개팅 여행 출장 외출 모처럼 오랜만 조만간
  우연 우연히 어쩌다 마침 금방 금세 드디어 언제 언젠가 매번 매일 매주 날마다 하루 이틀 며칠 한참 잠시 잠깐 먼저 일찍 늦게 미리 일부러 무조건
  당분간 예전 옛날 지난번 지난달 지난주 다음번 담번 담엔 다음엔 최근 올해 작년 내년 시간 시간대 점심시간 저녁시간 봄 여름 가을 겨울 날씨 그날 당시 때
  버스 지하철 택시 걸음 산책 구경 운전 소문 소개 발견 선택 구매 주문 방문 재방문 재방문의사 다시 첫방문 단골 단골집 기억 기대 생각 경험 마음 기분 느낌 첫인상
  인상 이름 이야기 말씀 설명 안내 전화 응대 대응 태도 문제 이유 이해 의견 의사 결과 과정 상태 수준 정도 부분 대부분 일부 전체 상황 경우 목적 의도
  자랑 인사 감사 부탁 추천 강추 개추천 내돈내산 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 별 점수 번 두번 세번 한개 한잔 두잔 이번 저번 몇몇 여러
  여러모로 여기저기 아래 위 옆 앞 뒤 안 밖 근처 주변 동네 어디 거기 그대로 그저 그럭저럭 그냥저냥 무난 무난무난 평범 보통 일반 쏘쏘 호불호
  애매 심지어 게다가 비교적 상당 은근 점점 진짜진짜 너무너무 너무너무너무 굿굿 대박 짱맛 제발 왜 왜케 왤케 물론 당연 솔직 진짜 정말 따라 덕분 전날
  예정 개인 회 개 시반 판매 사랑 지난 머리 외부 똑같 배치 장소 시쯤 코로나 마스크 인생 최애 취향 입맛 스타일 특유 관련 개선 기프티콘 이벤트 메뉴판 광고 영업 영업시간 휴무 오픈
  지도 기간 등록 방법 순서 규칙 기운 바람 보람 눈물 단계 걱정 후회 스트레스 문자 답장 실수 사고 하루종일 요새 이만 듯 동시 순간 이후 이전
  me lot friend friends husband wife girlfriend boyfriend mom dad yesterday today birthday monday tuesday wednesday thursday friday
  saturday sunday thing things way visit visited time day week month year
`)

/** Days of the week and what is nearly a date, a station or a quarter. */
export const CIRCUMSTANCE_ENDINGS = /(?:요일|시간대|번째|[가-힣]{2}(?:역|동))$/
