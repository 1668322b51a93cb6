"""What the teacher is asked: names and terms of OpenStreetMap presets and Unicode annotations, in Korean and English."""

import json
import re

#: Markup, placeholders and links are no words; longer texts say little that shorter ones do not.
MARKUP = re.compile(r"[{}<>]|https?:")
MAX_LENGTH = 300
HANGUL = re.compile("[가-힣]")


def read_texts(presets_folder, annotations_folder):
    """([(Korean, English)] that mean the same, [text] of either language), both sorted, without repetition."""
    pairs, single = set(), set()
    for read in (preset_texts(presets_folder), annotation_texts(annotations_folder)):
        for item in read:
            if isinstance(item, tuple):
                pairs.add(tuple(text.strip() for text in item))
            else:
                single.add(item.strip())
    return (
        sorted(pair for pair in pairs if all(map(is_text, pair))),
        sorted(text for text in single if is_text(text) and (HANGUL.search(text) or text.isascii())),
    )


def is_text(text):
    return 1 < len(text) < MAX_LENGTH and not MARKUP.search(text)


def preset_texts(folder):
    """Of @openstreetmap/id-tagging-schema: names, aliases and search terms of presets; labels and options of fields."""
    korean, english = (load(f"{folder}/dist/translations/{locale}.json")[locale]["presets"] for locale in ("ko", "en"))
    for key, preset in english["presets"].items():
        name = preset.get("name")
        if not name:
            continue
        other = korean["presets"].get(key, {})
        other_name = other.get("name")
        terms = [name, *aliases_of(preset), *terms_of(preset)]
        other_terms = [*([other_name] if other_name else []), *aliases_of(other), *terms_of(other)]
        if other_name:
            yield (other_name, name)
            yield (" ".join(other_terms), " ".join(terms))
        yield from terms
        yield from other_terms
    for key, field in english["fields"].items():
        other = korean["fields"].get(key, {})
        yield from strings_of(field)
        yield from strings_of(other)
        yield from translations_of(other, field)
    yield from translations_of(korean["categories"], english["categories"])


def annotation_texts(folder):
    """Of cldr-annotations-full: the spoken names and keywords of emoji and symbols."""
    korean, english = (
        load(f"{folder}/annotations/{locale}/annotations.json")["annotations"]["annotations"] for locale in ("ko", "en")
    )
    for symbol, annotation in english.items():
        other = korean.get(symbol)
        if not other:
            continue
        for words in (annotation, other):
            yield from words.get("default", [])
            yield from words.get("tts", [])
        if "tts" in annotation and "tts" in other:
            yield (other["tts"][0], annotation["tts"][0])
        if annotation.get("default") and other.get("default"):
            yield (" ".join(other["default"]), " ".join(annotation["default"]))


def load(path):
    with open(path, encoding="utf8") as file:
        return json.load(file)


def terms_of(preset):
    terms = preset.get("terms", [])
    return [term for term in map(str.strip, terms.split(",") if isinstance(terms, str) else terms) if term]


def aliases_of(preset):
    aliases = preset.get("aliases", [])
    return aliases.split("\n") if isinstance(aliases, str) else aliases


def strings_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)


def translations_of(one, other):
    """Strings that stand in the same place of both."""
    if isinstance(one, str) and isinstance(other, str):
        yield (one, other)
    elif isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key in other:
                yield from translations_of(one[key], other[key])
