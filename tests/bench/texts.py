"""Words of made-up ideas: as unlike each other as real ones, so that search has something to find and to leave out."""

from dataclasses import dataclass
from random import Random

THINGS = (
    "Palette Etikett Drucker Formular Regal Werkzeug Schraube Kabel Lampe Monitor Stapler Fahrrad Kaffee Schlüssel Ausweis "
    "Handschuh Brille Behälter Karton Folie Ventil Pumpe Motor Filter Sensor Scanner Tastatur Leiter Kran Waage Rampe Tor "
    "Tür Fenster Heizung Teppich Spiegel Schild Tafel Ordner Papier Stempel Brief Paket Rechnung Angebot Auftrag Vertrag "
    "Mahnung Katalog Muster Prototyp Gehäuse Dichtung Lager Getriebe Welle Kette Riemen Schlauch Tank Flasche Dose Kiste"
).split()
PLACES = (
    "Lager Halle Büro Werkstatt Kantine Eingang Versand Wareneingang Labor Archiv Parkplatz Garage Keller Empfang Schalter "
    "Besprechung Pausenraum Umkleide Montage Lackiererei Prüfstand Leitstand Außendienst Kundendienst Buchhaltung Einkauf"
).split()
KINDS = (
    "plan liste system platz wagen halter kontrolle prüfung übergabe ausgabe annahme bestellung suche meldung anzeige wartung "
    "reinigung schulung beschriftung verwaltung lagerung entsorgung freigabe abrechnung nummer vorlage kennzeichnung sammlung"
).split()
ENGLISH = (
    "label printer pallet scanner form shelf meeting invoice order customer warehouse forklift password template checklist "
    "delivery return packaging display sensor workshop training handover calendar booking badge lamp heating parking bicycle"
).split()
GERMAN_PROBLEMS = (
    "Jeden Morgen suchen wir im Bereich {place} nach der richtigen {a} und verlieren dabei viel Zeit.",
    "Die {a} steht zu weit weg, deshalb läuft man oft doppelt.",
    "Kunden fragen regelmäßig nach {a} und {b}, aber niemand hat eine Übersicht.",
    "Bei der {a} fehlt ein Hinweis, wer nach der {b} zuständig ist.",
    "Im Bereich {place} wird die {a} noch von Hand aufgeschrieben und danach abgetippt.",
    "Neue Kolleginnen und Kollegen wissen nicht, wo die {a} liegt.",
    "Wenn die {a} ausfällt, wartet der ganze {place} auf Ersatz.",
    "Nach der Umstellung passt die {a} nicht mehr zur {b}.",
    "Es gibt drei verschiedene Vorlagen für dieselbe {a}.",
)
GERMAN_PROPOSALS = (
    "Die {a} direkt neben die {b} stellen und mit einer Farbe kennzeichnen.",
    "Eine gemeinsame {a} einführen, die alle im Bereich {place} sehen können.",
    "Die {a} einmal in der Woche durch eine {b} ersetzen.",
    "Vor Schichtbeginn eine kurze {a} machen und das Ergebnis aufhängen.",
    "Für die {a} einen zweiten {place} einrichten, damit niemand warten muss.",
    "Die {a} elektronisch erfassen, dann entfällt die {b}.",
    "Eine Patin oder einen Paten für {a} benennen.",
)
ENGLISH_PROBLEMS = (
    "Every {a} has to be typed twice because the {b} does not know the {c}.",
    "We lose time whenever the {a} near the {b} is missing.",
    "Visitors cannot find the {a}, so somebody leaves the {b} to show them.",
)
ENGLISH_PROPOSALS = (
    "Put the {a} beside the {b} and name one person who looks after it.",
    "Let the {a} fill in the {b} by itself and keep the {c} for exceptions.",
    "Share one {a} instead of sending the {b} around.",
)


@dataclass(frozen=True)
class Words:
    """The words of one idea."""

    title: str
    problem: str
    proposal: str
    benefit: str


class Writer:
    """Writes ideas; the same ones for the same seed, most in German, some in English."""

    def __init__(self, seed: int):
        self._random = Random(seed)

    def idea(self) -> Words:
        """Give the words of one more idea: 20 to 120 of them, as in real collections."""
        german = self._random.random() < 0.8
        problems, proposals = (GERMAN_PROBLEMS, GERMAN_PROPOSALS) if german else (ENGLISH_PROBLEMS, ENGLISH_PROPOSALS)
        word = self._compound if german else self._english
        some = self._random.randint
        return Words(
            title=self._title(german),
            problem=" ".join(self._filled(text, word) for text in self._sample(problems, some(1, 4))),
            proposal=" ".join(self._filled(text, word) for text in self._sample(proposals, some(1, 4))),
            benefit=self._filled("Weniger Wege, weniger {a}." if german else "Less waiting for the {a}.", word)
            if some(0, 2) else "",
        )

    def _title(self, german: bool) -> str:
        if german:
            return f"{self._compound()} im Bereich {self._rather_the_first(PLACES)} verbessern"
        return f"A better {self._english()} for every {self._english()}"

    def _sample(self, texts: tuple[str, ...], count: int) -> list[str]:
        return self._random.sample(texts, min(count, len(texts)))

    def _filled(self, text: str, word) -> str:
        return text.format(a=word(), b=word(), c=word(), place=self._rather_the_first(PLACES))

    def _compound(self) -> str:
        first, kind = self._rather_the_first(THINGS), self._rather_the_first(KINDS)
        if self._random.random() < 0.3:
            return f"{first}n{self._rather_the_first(THINGS).lower()}{kind}"
        return f"{first}n{kind}"

    def _english(self) -> str:
        return self._rather_the_first(ENGLISH)

    def _rather_the_first(self, words) -> str:
        """A few words occur everywhere and most hardly ever, as in every language."""
        return words[int(len(words) * self._random.random() ** 2)]
