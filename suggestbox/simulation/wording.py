"""What people of the simulated company write: a thing, a place, what could be done about it, and why.

So many words that only now and then two ideas are about the same, as in a company. Written by the same few words, every
idea would be compared with every other one.
"""

from random import Random

THINGS = (
    "Etiketten", "Schichtpläne", "Leere Kisten", "Formulare", "Kundenfragen", "Deckenlampen", "Werkzeuge", "Angebote",
    "Besprechungen", "Dienstfahrten", "Prüfprotokolle", "Folienreste", "Paletten", "Gabelstapler", "Druckluft", "Drucker",
    "Passwörter", "Lieferscheine", "Reklamationen", "Ersatzteile", "Handschuhe", "Kaffeebecher", "Heizkörper", "Rolltore",
    "Messgeräte", "Schulungen", "Stammdaten", "Rechnungen", "Urlaubsanträge", "Parkplätze", "Fahrräder", "Umkleiden",
    "Reinigungsmittel", "Ölfilter", "Schweißnähte", "Kabelrollen", "Zeichnungen", "Muster", "Rückgaben", "Telefonlisten",
    "Probezeiten", "Verbandskästen", "Feuerlöscher", "Gitterboxen", "Batterien", "Bildschirme", "Dienstkleidung",
    "Sägeblätter", "Klebeband", "Gussformen", "Kühlwasser", "Bestellungen", "Preislisten", "Wartungsverträge",
    "Touren", "Frachtbriefe", "Zolltarife", "Gehörschutz", "Bürostühle", "Postfächer",
)
PLACES = (
    "am Wareneingang", "in der Lackiererei", "im Versand", "auf dem Hof", "an der Pforte", "im Außendienst",
    "in der Montage", "im Hochregal", "bei der Inventur", "in der Kantine", "im Labor", "an der Presse",
    "im Musterbau", "in der Buchhaltung", "am Messestand", "in der Spätschicht", "im Leitstand", "an Linie sieben",
    "im Archiv", "in der Ausbildung", "bei Störungen", "vor Feiertagen", "im Nachtbetrieb", "bei Neuanläufen",
    "in der Härterei", "im Zuschnitt", "am Empfang", "im Homeoffice", "auf Baustellen", "bei Nachbestellungen",
)
WAYS = (
    "nach Farbe ordnen", "gebündelt beantworten", "mit Bewegungsmelder schalten", "vorab drucken", "gemeinsam planen",
    "wiederverwenden", "am Tablet erfassen", "auf einer Tafel zeigen", "einmal jährlich prüfen", "als Vorlage ablegen",
    "um ein Drittel kürzen", "getrennt sammeln", "per Barcode suchen", "ausleihen statt kaufen", "mit Fotos erklären",
    "freitags aussortieren", "automatisch nachfüllen", "näher aufstellen", "zweisprachig beschriften", "leiser stellen",
    "früher melden", "in Mehrweg liefern", "vom Lieferanten holen", "zentral verwalten", "doppelt absichern",
    "mit Rollen versehen", "nur bei Bedarf heizen", "digital unterschreiben", "dem Nachbarn abgeben", "fest verschrauben",
    "stündlich auslesen", "reparieren lassen", "im Wechsel betreuen", "kleiner verpacken", "mit Sensoren überwachen",
    "nachts aufladen", "offen aushängen", "von Azubis gestalten", "blockweise buchen", "wetterfest lagern",
)
REASONS = (
    "Das Suchen kostet jeden Morgen eine Viertelstunde.", "Zweimal ist schon jemand gestolpert.",
    "Die Nacharbeit ist teurer als das Teil.", "Neue Kolleginnen fragen jedes Mal danach.",
    "Im letzten Winter stand deshalb alles still.", "Der Abfall hat sich verdoppelt.",
    "Wir warten auf Unterschriften, während der Kunde anruft.", "Niemand fühlt sich zuständig.",
    "Die Zahlen stimmen selten überein.", "Bei Regen wird alles nass.", "Der Lärm ermüdet.",
    "Es liegt oft das falsche bereit.", "Vieles wird doppelt eingetippt.", "Der Weg ist weit und führt durch Verkehr.",
    "Strom läuft auch am Wochenende.", "Fehler bemerken wir erst beim Abnehmer.",
)

MEANS = (
    "erst einmal vier Wochen zur Probe", "mit Bordmitteln der Schlosserei", "sobald das Budget freigegeben ist",
    "am besten zusammen mit Instandhaltung", "nach dem Vorbild des Schwesterwerks", "wie es der Meister vorgeschlagen hat",
    "ohne zusätzliche Schulung", "begleitet von zwei Patinnen", "ausgehend von der letzten Begehung",
    "mit gebrauchten Regalen", "über den nächsten Rahmenvertrag", "gleich beim Umbau im Herbst",
    "in jeder Abteilung einzeln", "nach Rücksprache mit Fachkräften für Arbeitsschutz", "zuerst bei Großkunden",
    "mit einer kleinen Umfrage vorher", "über die vorhandene Software", "durch Ferienaushilfen",
    "nach einer Messung von Temperatur und Feuchte", "auf Kosten des Herstellers",
)


def invented(dice: Random) -> tuple[str, str, str]:
    """Give title, problem and proposal of an idea somebody has."""
    thing, place, way = dice.choice(THINGS), dice.choice(PLACES), dice.choice(WAYS)
    title = f"{thing} {place} {way}"
    return title, dice.choice(REASONS), f"{thing} {way}, {dice.choice(MEANS)}."
