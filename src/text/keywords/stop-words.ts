// Words that make no keyword, as stems of korean-endings.ts: what they are left out of, and what turns a phrase around.
// Leaves what is said too often to mean anything to the statistics (log-odds.ts).

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Passed over wherever they stand: "커피 정말 맛있어요" says "커피 맛있". */
export const PASSED_OVER = words(`
  너무 넘 너무너무 정말 정말로 진짜 진심 완전 아주 매우 엄청 되게 꽤 참 좀 조금 약간 더 가장 제일 워낙 굉장 상당 훨씬 역시
  그냥 항상 늘 자주 가끔 다시 또 계속 특히 전반적으 전체적 개인적 대체 나름 거의 모두 전부 다 많이 잘 딱 꼭 막 뭔가 그리고 근데
  그런데 하지만 그래 그래도 그래서 그러 그리 그나마 아마 혹시 일단 우선 다만 단 물론 사실 솔직 솔직히 아직 이미 바로 방금 요즘 이번
  오늘 어제 지금 처음 나중 다음 마지막 여기 거기 저기 요기 이곳 저 제 나 내 우리 너 이 그 저희 것 거 게 건 수 때 점 중 뿐 정도
  곳 등 및 또한 듯 위해 대한 통해 때문 ㅎ ㅋ ㅠ ㅜ ㅎㅎ ㅋㅋ ㅠㅠ ㅜㅜ 굳이 한번 한번쯤 하나 둘 번 번째 이런 저런 그런 이렇게 그렇게 어떤 무슨 모든 다른 굉장히 살짝 다소 적당히 제대로 오래 종종 직접 전체적으로
  전반적으로 개인적으로 무엇보다 가장 이제 딱히 원래 그거 이거 함께 전혀 빨리 얼마나 많은 몇 만큼 대로 층 천원 만원 천원 빼고 개 명 원 시 분 시간
  there here the a an and or of to in at it is was were are be been this that these those i we you they my our your its so very
  really just also too with for on as but if from by have has had do did does will would can could all some more most much many
`)

/** No keyword by themselves, nor at the end of one: what anybody does anywhere. */
export const EMPTY_ENDS = words(`
  있 하 되 같 가 오 먹 마시 보 주 나오 들 들어가 나 시키 주문 드리 해보 가보 먹어보 갔 왔 알 모르 생각 느낌 편 이 아니 싶 그렇 이렇
  저렇 어떻 만들 사 쓰 앉 받 놓 두 말 얘기 부분 경우 방문 재방문 추천 강추 이용 사람 사람들 분들 손님 손님들 친구 날 년 월 일 집 곳
  카페 커피숍 가게 매장 지점 점 동네 근처 서울 더보기 리뷰 후기 사진 별점 평점 기분 맛 최고 만족 굿 굳 짱 하겠 갈 온 간 한 할 함 해
  편 의사 아니라 아니 계시 들르 들어오 주시 안되 안하 안가 일하 즐기 놀라 심하 생각나 이러 힘들 시키 하시 들었 들 좋아 좋아하 맛이 편이 장소 있다 먹고싶 해주시 가는거 하는거 좋게 되어있 붙어있 마시러 맛나 곳이 것이
  느낌 느끼 당일 이유 아무 아무리 좋겠 말하 편입 어떠 음식 위치 가지 물어보 지나가 앉아있
  오랜만 최근 평일 주말 오후 오전 저녁 아침 점심 이상 가격대 스벅 스타벅스 투썸
  go come get got make went place cafe café coffee shop restaurant time one
`)

/** Say something only of something: "자리가 많아요", "커피 괜찮아요". */
export const EMPTY_ALONE = words(`
  좋 많 적 크 작 높 낮 괜찮 나쁘 다르 비하 가능 필요 이상 추가 사용 기대 느껴지 보이 생기 못하 해주 모르겠 남기 올라가 찾 다양 전혀 쏘쏘
  무난 평범 보통 기본 자체 이유 단점 장점 참고 감사 맛집 좋아하 마음 취향 커피 음료 메뉴 공간 자리 가격 직원 직원분 사장님 테이블 내부 분위기 인테리어 커피맛 의자 화장실 음악 소리 건물 주변 설명 관리 가격대비
  좌석 종류 서비스 good nice great best ok okay like love
`)

/** Whom or what a quality is said of, whatever the place: "사장님 친절", "친절한 직원분" and "친절해요" are one. */
export const CARRIERS = words(`
  사장님 사장 직원 직원분 알바생 알바 주인 주인분 점원 종업원 스텝 스태프 바리스타 공간 내부 실내 장소 매장 분위기 느낌 맛 맛이 전체 정도
  staff owner service place space interior atmosphere
`)

/** Turn what they stand beside into its opposite; a phrase with one means something else than the phrase without. */
export const NEGATIONS = words(
  `안 못 않 없 별로 덜 아니 no not never without isn't wasn't aren't weren't don't doesn't didn't can't couldn't won't`,
)

/** Whether a stem denies, also in a form that the corpus did not show enough of to find it: "없느", "않았". */
export function denies(stem: string): boolean {
  return NEGATIONS.has(stem) || /^[않없]/.test(stem)
}

/** What is better without, besides complaints: "달지 않아요", "부담 없어요" are praise. */
export const BURDENS = words(`
  달 달달 느끼 느끼하 부담 부담스럽 과하 질리 자극 자극적 텁텁 쓰 시 아깝 나쁘 붐비 소란 소란스럽 뻑뻑 무겁 인위적 거부감 잡내 비린
  부족함 손색 눈치 기다림 대기 웨이팅 실패 변함 sweet
`)

/** Stems of complaints. What is left of a place's keywords after them is what people recommend it for. */
export const COMPLAINTS = words(`
  불친절 비싸 비쌈 아쉽 아쉬우 아쉬움 별로 맛없 시끄럽 시끄러우 시끄러 좁 더럽 더러우 불편 최악 실망 실망스럽 지저분 춥 덥 느리 짜증
  어렵 어려 어려우 쓰레기 평타 비좁 아쉬 헤매 헤맸 심심 줄었 줄 싱거 짜게 짜 적 멀 붐비 정신없 오래걸리 담배냄새 비린내 싸가지 안좋 사악 끊기 부담됐
  불쾌 비추 없 안 못 않 협소 복잡 부족 떨어지 늦 웨이팅 비위생 냄새 노맛 맛이없 돈아까 딱딱 질기 눅눅 밍밍 싱겁 심하 어둡 답답 힘들 그닥 낡
  rude expensive overpriced bad worst slow dirty noisy loud crowded disappointing bland cold cramped terrible awful
`)

const COMPLAINT_BEGINNINGS = new RegExp(
  `^(${[...COMPLAINTS].filter((word) => /^[가-힣]{2,}$/.test(word)).join('|')})`,
)

/** Whether a stem complains, also in a form that the corpus did not show enough of to find it: "시끄러워요". */
export function complains(stem: string): boolean {
  return COMPLAINTS.has(stem) || COMPLAINT_BEGINNINGS.test(stem)
}
