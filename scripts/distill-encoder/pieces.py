"""Words, and their most probable pieces: what src/text/words.ts and src/text/word-pieces.ts do, in Python."""

import re
import unicodedata

MARK = "▁"
UNKNOWN_LOG_PROBABILITY = -20.0
#: Of the texts' two scripts only. The encoder cuts at every change of script, and so does this.
WORD = re.compile("[가-힣]+|[a-z0-9]+")
ACCENTS = re.compile("[\u0300-\u036f]")


def words_of(text):
    folded = unicodedata.normalize("NFKC", ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
    return WORD.findall(folded.lower())


def is_korean(word):
    return "가" <= word.replace(MARK, "")[:1] <= "힣"


class Pieces:
    """A unigram language model {piece: log probability} (Kudo, ACL 2018); Korean words are cut without a mark before them."""

    def __init__(self, log_probabilities, mark_log_probability):
        self.numbers = {piece: number for number, piece in enumerate(log_probabilities)}
        self.log_probabilities = list(log_probabilities.values())
        self._mark = mark_log_probability
        self._longest = max(map(len, log_probabilities))
        self._cut = {}

    def of_text(self, text):
        return [piece for word in words_of(text) for piece in self.of_word(word)]

    def of_word(self, word):
        if word not in self._cut:
            self._cut[word] = self._viterbi(word if is_korean(word) else MARK + word)
        return self._cut[word]

    def _viterbi(self, text):
        best = [0.0] + [float("-inf")] * len(text)
        back = [None] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                number = self.numbers.get(text[start:end], -1)
                if number >= 0:
                    score = best[start] + self.log_probabilities[number]
                elif end == start + 1:
                    score = best[start] + (self._mark if text[start] == MARK else UNKNOWN_LOG_PROBABILITY)
                else:
                    continue
                if score > best[end]:
                    best[end], back[end] = score, (start, number)
        pieces, end = [], len(text)
        while end:
            end, number = back[end]
            if number >= 0:
                pieces.append(number)
        return pieces[::-1]
