// Korean titles and remedies of the problems that a reader of the page can meet; in English the service has its own.
// Leaves codes that only callers of the API cause to the service's words.
import { locale } from './texts.ts'

interface ProblemText {
  readonly title: string
  readonly remedy: string
}

const KO: Readonly<Record<string, ProblemText>> = {
  'invalid-request': { title: '요청에 알맞지 않은 값이 있어요.', remedy: '검색어와 조건을 확인해 주세요.' },
  'invalid-geometry': {
    title: '이 영역으로는 찾을 수 없어요.',
    remedy: '선이 서로 엇갈리지 않게 영역을 다시 그려 주세요.',
  },
  'unknown-region': { title: '없는 지역이에요.', remedy: '목록에서 지역을 다시 골라 주세요.' },
  'unknown-spot': { title: '없는 핫스팟이에요.', remedy: '목록에서 핫스팟을 다시 골라 주세요.' },
  'unknown-category': { title: '없는 분류예요.', remedy: '목록에서 분류를 다시 골라 주세요.' },
  'unknown-place': { title: '없는 장소예요.', remedy: '지워진 곳일 수 있어요. 다른 곳을 골라 주세요.' },
  'unknown-user': { title: '아직 모르는 사용자예요.', remedy: '다른 사용자를 골라 주세요.' },
  'invalid-page-token': { title: '이 목록은 더 이어 볼 수 없어요.', remedy: '처음부터 다시 찾아 주세요.' },
  'missing-api-key': { title: 'API 키가 필요해요.', remedy: '운영자에게 받은 키를 넣어 주세요.' },
  'insufficient-scope': {
    title: '이 API 키로는 할 수 없는 일이에요.',
    remedy: '권한이 더 있는 키를 써 주세요.',
  },
  'rate-limited': { title: '요청이 너무 많아요.', remedy: '잠시 뒤에 다시 시도해 주세요.' },
  overloaded: { title: '서비스가 지금 붐벼요.', remedy: '잠시 뒤에 다시 시도해 주세요.' },
  'not-ready': {
    title: '아직 추천할 준비가 되지 않았어요.',
    remedy: '운영자가 dongne embed, dongne train, dongne index를 차례로 실행해야 해요.',
  },
  internal: { title: '서비스에 문제가 생겼어요.', remedy: '다시 시도해도 그대로면 운영자에게 알려 주세요.' },
}

/** Undefined where the service's own words are to be shown. */
export function problemTexts(code: string): ProblemText | undefined {
  return locale() === 'ko' ? KO[code] : undefined
}
