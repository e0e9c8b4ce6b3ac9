"""A small list of words that praise, blame or turn round what follows: a hint for the polarity of a text.

Written for this project, in the words people use towards companies and offices. It only gives the model a start: what
people confirm teaches it more.
"""

from functools import cache

from suggestbox.core.words import fold, stems_of

PRAISE = """
    angenehm aufmerksam ausgezeichnet barrierefrei bedanken begeistert behoben bequem beste besser danke dankbar
    dankeschön echt eingebaut einwandfrei empfehlen erfreulich erfreut erleichtert ermöglicht erneuert ersetzt fair
    fantastisch fertig flott freundlich freude freuen freut funktioniert gefällt gelobt gelungen genial gern gerne gesund
    glücklich großartig gut gute guter gutes hammer herzlich hervorragend hilfreich hilfsbereit hübsch ideal instand
    klasse komfortabel kompetent kostenlos kulant leise lieb lob loben lohnt modern modernisiert mühelos nett perfekt
    positiv praktisch prima problemlos pünktlich renoviert repariert reibungslos ruhig sauber schick schnell schön spitze
    stark stolz super sympathisch tadellos toll top traumhaft übersichtlich unkompliziert verbessert verbesserung
    vorbildlich vielen wunderbar wunderschön zufrieden zugänglich zuverlässig läuft klappt geklappt nachgerüstet
    amazing appreciate awesome best better brilliant clean clear comfortable delighted easy efficient enjoy excellent
    fantastic fine fixed flawless friendly glad good grateful great happy helpful impressed improved intuitive
    love loved lovely nice perfect pleasant pleased polite prompt quick quickly recommend reliable repaired respectful
    resolved satisfied seamless simple smooth smoothly solved super superb thank thanks thankful useful welcoming well
    wonderful works
"""
BLAME = """
    abzocke alptraum arrogant ärger ärgerlich ärgern armselig armutszeugnis ausfall ausfallen ausgefallen ausfällt aus
    außer beleidigt beschädigt beschwerde beschweren beschissen blockiert bescheuert böse chaos chaotisch defekt dreck
    dreckig dumm dunkel dürftig eklig elend enttäuscht enttäuschend enttäuschung fail falsch fehlen fehlend fehler
    fehlerhaft fehlt fehlanzeige finster frech frechheit frust frustrierend gefährlich gescheitert gesperrt gestört
    gestank grausam hässlich heillos hoffnungslos inkompetent irreführend kaputt katastrophal katastrophe keine klagen
    kritik krank lahm lächerlich langsam lange langweilig lärm laut leider lieblos mangel mangelhaft mies mist miserabel
    nachteil nerven nervig nervt peinlich pfusch problem probleme rücksichtslos ruckelt saftladen sauer sauerei schade
    schaden scheiß scheiße schikane schlecht schlechter schlimm schlampig schmutzig schrecklich schuld schrott schwach
    skandal spinnt still stillgelegt stinkt störung streikt stress teuer traurig trist überfordert überfüllt übel
    umständlich unangenehm unbequem unfähig unfair unfreundlich ungenügend unhöflich unklar unlesbar unmöglich
    unmöglichkeit unpünktlich unsauber unsicher unverschämt unverständlich unzufrieden unzumutbar
    unzuverlässig veraltet verärgert verdreckt vergeblich vergessen verletzt versagt verschmutzt verspätet verspätung
    verwirrend verzweifelt warten wartezeit weg weigert widerlich witz wut wütend zerstört zumutung
    abysmal angry annoyed annoying appalling awful bad blocked boring broken bug bugs buggy charged closed cold complain
    complaint complicated confused confusing crash crashed crashes damaged dangerous declined defective delay delayed
    dirty disappointed disappointing disappointment disaster disgusting dreadful error errors expensive fail failed fails
    failure faulty fault frustrated frustrating horrible ignored impossible incompetent incorrect inconvenient
    insufficient issue issues lack lost loud mess missing mistake nightmare noisy outdated overpriced painful pathetic
    poor problem problems refuse refused ridiculous rude scam shame slow sorry stolen stuck terrible tired trouble
    ugly unable unacceptable unclear unfair unfriendly unhappy unhelpful unprofessional unreliable unsafe upset useless
    waiting waste wasted weird worse worst wrong
"""
TURNS = """
    nicht kein keine keinen keinem keiner nie niemals nichts ohne kaum weder selten nirgends
    not no never nothing without hardly barely neither cannot don doesn didn isn wasn aren weren couldn wouldn hasn haven
"""

# "don't" falls apart into "don" and "t" where words are cut.

REACH = 3
"""A word of denial turns round the opinion within so many words after it."""


@cache
def _stems(words: str) -> frozenset[str]:
    return frozenset(stem for word in words.split() for stem in (*stems_of(word), fold(word)))


def opinions_in(words: list[str]) -> list[str]:
    """Give the opinion signs in the words of a text, in their order: "praise", "blame", or either after a denial."""
    found, turned_until = [], -1
    for place, word in enumerate(words):
        plain = fold(word)
        stems = {*stems_of(word), plain}
        if plain in _stems(TURNS):
            turned_until = place + REACH
        sign = "praise" if stems & _stems(PRAISE) else "blame" if stems & _stems(BLAME) else ""
        if sign:
            found.append(f"denied {sign}" if place <= turned_until and plain not in _stems(TURNS) else sign)
    return found
