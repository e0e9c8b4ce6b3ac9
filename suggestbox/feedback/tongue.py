"""Which language a text is written in, told by its commonest words."""

from suggestbox.core.words import tokens

LOOKED_AT = 2_000
"""So many characters tell enough."""

_GERMAN = """
    der die das den dem des ein eine einen einem einer und ist nicht ich wir ihr sie es mit von zu auf im am bei nach seit
    wird werden wurde sind hat haben habe kein keine auch noch nur aber oder wenn dass daß für über mein meine man wie
    warum wieder zum zur aus vom bis schon mal heute bitte danke sehr leider ohne immer alles gut super schlecht viel
    mehr unfreundlich freundlich schnell langsam war waren nie nichts hier dort kann können
"""
_ENGLISH = """
    the a an and is are not i my me you your it its of to for with from by at this that these be been have has had
    do does did can could would will what why how when where which there any if or but as were still very good bad great
    please thank thanks no never always more they we our on
"""
GERMAN, ENGLISH = frozenset(_GERMAN.split()), frozenset(_ENGLISH.split())


def language_of(text: str) -> str:
    """Give "de" or "en", or nothing where the words do not tell."""
    words = tokens(text[:LOOKED_AT])
    german = len([word for word in words if word in GERMAN])
    english = len([word for word in words if word in ENGLISH])
    if german == english:
        return "de" if any(sign in text for sign in "äöüß") else ""
    return "de" if german > english else "en"
