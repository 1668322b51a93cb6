// How reviews of the demo places begin and end, whatever the place. Leaves what they praise to kinds/ and traits.ts.

/** Complete sentences about the visit, not about the place. */
export const OPENERS = [
  '두 번째 방문이에요.',
  '친구 따라 가 봤어요.',
  '우연히 들렀어요.',
  '벌써 네 번째예요.',
  '동생이 추천해서 갔어요.',
  '지도 보고 찾아갔어요.',
  '이사 와서 처음 가 봤어요.',
  '회사 동료가 알려 줬어요.',
  '기대 없이 갔는데요.',
  '오랜만에 다시 갔어요.',
  '소문 듣고 갔습니다.',
  '지난달부터 벼르다 갔어요.',
  '동네 사람입니다.',
  '약속이 취소돼서 혼자 갔어요.',
  '가족들과 다녀왔어요.',
  '비 오는 날 갔어요.',
  '생일에 다녀왔어요.',
  '버스 타고 갔어요.',
] as const

/** After praise only. */
export const CLOSERS = [
  '또 갈게요.',
  '추천합니다.',
  '다음엔 친구 데려가려고요.',
  '별 다섯 개.',
  '오래오래 해 주세요.',
  '단골 예약.',
  '나만 알고 싶은 곳.',
  '만족합니다.',
  '이 동네의 자랑이에요.',
  '조만간 또 들를게요.',
  '잘 다녀왔습니다.',
  '마음에 쏙 들어요.',
] as const
