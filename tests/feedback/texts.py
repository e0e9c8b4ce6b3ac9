"""Invented voices of customers, in German and English, with themes and polarities: enough to learn from in a second."""

from suggestbox.feedback.theme_model import Example

GERMAN = {
    "Aufzug: Betrieb": {
        "negative": ["Der Aufzug ist {when} kaputt", "Aufzug defekt, {when} steht er still", "Leider fährt der Lift {when} nicht"],
        "positive": ["Der Aufzug läuft {when} wieder, danke", "Schön, dass der Lift {when} so schnell repariert war"],
    },
    "Personal": {
        "negative": ["Die Frau am Schalter war {when} unfreundlich", "Niemand vom Personal hilft {when}, ärgerlich"],
        "positive": ["Sehr freundliches Personal {when}, vielen Dank", "Die Mitarbeiter waren {when} hilfsbereit und nett"],
    },
    "Fahrpreis": {
        "negative": ["Die Fahrkarte ist {when} viel zu teuer", "Der Preis für das Ticket ist {when} eine Zumutung"],
        "positive": ["Das Ticket ist {when} günstig, super Preis", "Ein fairer Fahrpreis {when}, gut gemacht"],
    },
}
WHENS = ("heute", "am Montag", "seit Wochen", "gestern Abend", "im Bahnhof", "auf Gleis drei", "am Morgen", "in der Stadt")
NOTHING = (
    "Es regnet heute in Bremen", "Das Fußballspiel beginnt um acht", "Wir backen am Sonntag einen Kuchen",
    "Im Garten blühen die Rosen", "Mein Hund schläft auf dem Sofa", "Der Film dauert drei Stunden",
)

ENGLISH = {
    "card_lost": ["I {what} lost my card", "my card was stolen, {what}", "cannot find the card {what}", "the card is gone {what}"],
    "exchange_rate": ["what exchange rate {what} do you use", "the rate for euros {what} looks wrong", "how do you convert {what} currency"],
    "top_up": ["how can I {what} top up", "my top-up {what} did not arrive", "add money {what} to my account"],
    "close_account": ["please {what} close my account", "I want to leave {what} and delete my account", "cancel my account {what}"],
}
WHATS = ("now", "please", "again", "today", "in Spain", "at the shop", "really", "since Monday", "with the app", "abroad")


def german() -> list[Example]:
    """Give 120 German examples, every fifth without a theme, some with two themes."""
    found = []
    for n, when in enumerate(WHENS * 2):
        for theme, tones in GERMAN.items():
            for tone, texts in tones.items():
                text = texts[n % len(texts)].format(when=when)
                found.append(Example(text, frozenset([theme]), ((theme, tone),)))
        found.append(Example(f"{NOTHING[n % len(NOTHING)]}, {when}"))
        both = ("Aufzug: Betrieb", "Personal")
        found.append(Example(f"Der Aufzug steht {when} still und das Personal ist unfreundlich", frozenset(both),
                             tuple((theme, "negative") for theme in both)))
    return found


def english() -> list[Example]:
    """Give English examples with one theme each."""
    return [
        Example(texts[n % len(texts)].format(what=what), frozenset([theme]))
        for n, what in enumerate(WHATS * 3) for theme, texts in ENGLISH.items()
    ]
