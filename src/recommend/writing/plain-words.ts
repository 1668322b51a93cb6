// Words that a written text may use without evidence: they join facts and state none. By stem (korean-endings.ts).
// Not among them, on purpose: praise, numbers, times, and every word that denies ("no", "not", 없다, 않다), which would turn
// a fact into its opposite.

const KOREAN = `
이 그 곳 데 것 수 점 때 분 등 및 또 또한 그리고 함께 그래서 여기 이곳 그곳 장소 공간 자리 자리하 자리잡 위치 위치하 있 이 하 되
가 지 주 보 오 들 들르 찾 찾아가 찾아보 찾아오 즐기 즐길 머무르 머물 만나 만날 둘러보 살펴보 어울리 어울려 알맞 알려지 알려져 불리 갖추 갖춘
갖춰 마련되 마련돼 제공 제공되 이용 이용되 가능 방문 추천 소개 후기 리뷰 방문객 방문자 손님 사람 분들 평 평가 얘기 이야기 남기 남긴
전하 적 적히 쓰 언급 특징 특히 지역 동네 근처 속 원하 찾으시 찾으 계시 싶 보세 보시 가보 가 와 와보 어때 위하 위해 대하 대해 따르 따라 통하
께 분들께 분들에게 라는 이라는 라고 이라고 란 이란 고 라 며 이라며
코스 시작 시작하 출발 출발하 이어지 이어 이어서 지나 거치 거쳐 들러 도착 도착하 마치 마무리 마무리하 끝 끝나 다음 먼저 차례 순서 걷 걸 걸어 걸어서 도보 이동 이동하 모두 전체 동안
`

const ENGLISH = `
a an the this that these those it its is are was be been being and or as at by for from in into of on to with within near
around along here there where which who whose what when while you your yours people person visitors visitor guests guest
they their them can may will would has have had having do does if so then also both each all some any more such place
places spot spots area located locate location find found see visit visiting visited go going come look looking offer offers
offering provide provides enjoy serves serve known described describe describes mention mentioned mentions say says said
review reviews wrote write writes according known called like likes want wants wanted perhaps
course route walk walking start starts starting begin begins ends end ending finish finishes finishing stop stops next then
after before through continue continues via first last minutes min meters metres total
`

const setOf = (words: string) => new Set(words.trim().split(/\s+/))

export const PLAIN_WORDS = { ko: setOf(KOREAN), en: setOf(ENGLISH) } as const
