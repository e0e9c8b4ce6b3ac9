"""Names of people and departments of the simulated company."""

from itertools import product
from random import Random

GIVEN = (
    ("Anna", "Frau"), ("Murat", "Herr"), ("Birgit", "Frau"), ("Jonas", "Herr"), ("Cemile", "Frau"), ("Lukas", "Herr"),
    ("Dorothea", "Frau"), ("Emre", "Herr"), ("Elif", "Frau"), ("Felix", "Herr"), ("Franziska", "Frau"),
    ("Gregor", "Herr"), ("Gudrun", "Frau"), ("Hannes", "Herr"), ("Hatice", "Frau"), ("Ivo", "Herr"), ("Ines", "Frau"),
    ("Jakob", "Herr"), ("Jana", "Frau"), ("Karim", "Herr"), ("Katja", "Frau"), ("Lorenz", "Herr"), ("Leonie", "Frau"),
    ("Mateusz", "Herr"), ("Marta", "Frau"), ("Nils", "Herr"), ("Nadine", "Frau"), ("Otto", "Herr"), ("Olga", "Frau"),
    ("Pavel", "Herr"), ("Petra", "Frau"), ("Rafael", "Herr"), ("Renate", "Frau"), ("Samuel", "Herr"), ("Sibel", "Frau"),
    ("Tobias", "Herr"), ("Tatjana", "Frau"), ("Ulrich", "Herr"), ("Ursula", "Frau"), ("Viktor", "Herr"),
    ("Vera", "Frau"), ("Wanja", ""), ("Xenia", "Frau"), ("Yusuf", "Herr"), ("Zoe", "Frau"), ("Kim", ""),
)
FAMILY = (
    "Adler", "Aydin", "Bachmann", "Becker", "Berisha", "Brandt", "Brunner", "Dietrich", "Dogan", "Ebner", "Eder",
    "Engel", "Falk", "Ferreira", "Fiedler", "Frank", "Gashi", "Gerlach", "Graf", "Gruber", "Haas", "Hartung", "Heinze",
    "Hofer", "Huber", "Ivanov", "Jansen", "Jung", "Kaya", "Keller", "Kowalski", "Kraus", "Kuhn", "Lang", "Lehner",
    "Lindner", "Lorenz", "Maurer", "Mayr", "Meier", "Moser", "Nagel", "Neumann", "Nowak", "Oliveira", "Ott", "Paulsen",
    "Petrov", "Pichler", "Pohl", "Raab", "Reiter", "Richter", "Rossi", "Sauer", "Schenk", "Schuster", "Seidl", "Silva",
    "Sommer", "Stark", "Steiner", "Szabo", "Tanner", "Thiel", "Toth", "Uhl", "Vogt", "Wagner", "Weiss", "Winter",
    "Wolf", "Yilmaz", "Zeller", "Ziegler", "Zimmer",
)
DIVISIONS = ("Produktion", "Vertrieb", "Technik", "Logistik", "Service", "Finanzen", "Entwicklung", "Einkauf")
BRANCHES = ("Nord", "Süd", "West", "Ost", "Mitte", "Neu", "Alpin", "Hafen", "Ring")
STAFF = ("Unternehmensentwicklung", "Recht und Compliance")
TOPICS = (
    "Arbeitssicherheit", "Energie", "Verpackung", "IT", "Qualität", "Kundendienst", "Logistik", "Personal", "Einkauf",
    "Instandhaltung",
)


def names(random: Random) -> list[tuple[str, str, str]]:
    """Give (given name, family name, salutation), each pair once, in an order that follows from the dice."""
    found = [(given, family, salutation) for (given, salutation), family in product(GIVEN, FAMILY)]
    random.shuffle(found)
    return found
