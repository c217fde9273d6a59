"""People in notes in German, French, Spanish and other languages."""

import pytest


def list_people(reading):
    rows = reading.episode.rows.get("companies", ())
    return [(row.text("name"), row.text("category")) for row in rows]


@pytest.mark.parametrize(
    "key",
    "Gast Interviewgast Interviewpartnerin Gesprächspartner Expertin invité Invitée invitada "
    "entrevistado convidada".split(),
)
def test_a_guest_is_read_under_words_of_other_languages(read_front, key):
    reading = read_front(f"{key}: Ann Lee")
    assert (list_people(reading), reading.problems) == ([("Ann Lee", "guest")], ())


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("Gäst:innen", "guest"),
        ("invité·e·s", "guest"),
        ("invitadas", "guest"),
        ("Sprecherinnen", "speaker"),
        ("intervenants", "speaker"),
        ("ponentes", "speaker"),
        ("Moderator*innen", "host"),
        ("animateurs", "host"),
        ("presentadores", "host"),
        ("Personen", "person"),
        ("Teilnehmer", "person"),
        ("personas", "person"),
    ],
)
def test_a_plural_of_another_language_separates_two_persons(read_front, key, role):
    reading = read_front(f'"{key}": Kate, Carl')
    assert (list_people(reading), reading.problems) == ([("Kate", role), ("Carl", role)], ())


@pytest.mark.parametrize(
    "key", ["Organisationen", "entreprises citées", "organizaciones", "organisaties"]
)
def test_companies_are_read_under_words_of_other_languages(read_front, key):
    assert list_people(read_front(f"{key}: [Acme]")) == [("Acme", "")]


@pytest.mark.parametrize(
    "post",
    [
        "Mitgründer von Acme",
        "Chefin von Acme",
        "Ex-Chefin der Acme Bank",
        "Ehemalige Chefin von Acme",
        "Vorständin der Acme Bank",
        "Aufsichtsratschef von Acme",
        "Vorstand Technik der Acme Bank",
        "Leiter von Acme Labs",
        "Geschäftsführerin der Acme GmbH",
        "Journalistin und Autorin",
        "Vorstandsvorsitzende",
        "Fondatrice de Acme",
        "Fondatrice de la Acme Tech",
        "Directrice Générale d'Acme",
        "PDG de Acme",
        "Fundadora de Acme",
        "Fundadora y CEO de Acme",
        "Directora General de Acme",
        "Presidenta del Banco Acme",
        "Oprichter van Acme",
        "Abgeordnete der Grünen",
        "Députée de la Loire",
        "Alcaldesa de Madrid",
        "Chief Scientist of Acme",
    ],
)
@pytest.mark.parametrize("separator", [", ", " – ", " | ", " : "])
@pytest.mark.parametrize("key", ["Gast", "Gäste"])
def test_a_post_at_a_firm_stands_beside_the_name(read_front, key, separator, post):
    text = f"Ann Lee{separator}{post}"
    reading = read_front(f'{key}: "{text}"')
    assert (list_people(reading), reading.problems) == ([("Ann Lee", "guest")], ())
    assert reading.episode.rows["companies"][0].text("context").startswith("Ann Lee")


@pytest.mark.parametrize(
    "name",
    [
        "Ursula von der Leyen",
        "Leonardo da Vinci",
        "Charles de Gaulle",
        "General de Gaulle",
        "Captain von Trapp",
        "Meister von Zorb",
        "Jörg Chef von Zorb",
        "Carl Friedrich von Siemens",
        "Anna Meister",
        "Karl Richter",
        "Eva König",
        "Uli Chef",
        "Anna Maria Leiter",
    ],
)
def test_a_name_that_looks_like_a_post_is_a_person(read_front, name):
    reading = read_front(f"Gäste: {name}, Ann Lee")
    assert list_people(reading) == [(name, "guest"), ("Ann Lee", "guest")]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Siemens-Chef Carl Poe", ["Carl Poe"]),
        ("Mitgründerin Ann Lee", ["Ann Lee"]),
        ("Ann Lee Chefin von Acme", ["Ann Lee"]),
        ("Ann Lee bei Acme", ["Ann Lee"]),
        ("Ann Lee chez Acme", ["Ann Lee"]),
        ("Prof. Dr. Ann Lee vom ZORB", ["Ann Lee"]),
        ("Jan vom Brocke", ["Jan vom Brocke"]),
        ("Ann Lee von SAP", ["Ann Lee"]),
        ("Ann Lee, Chefredakteur Jörg von Zorb", ["Ann Lee", "Jörg von Zorb"]),
        ("Ann Lee, Fundadora de Acme, y Carl Poe, Socio de Zorb", ["Ann Lee", "Carl Poe"]),
        ("Lea-Sophie Lee und Karl-Theodor Zorb", ["Lea-Sophie Lee", "Karl-Theodor Zorb"]),
        ("Gäste: Ann Lee, Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("Invitée : Ann Lee", ["Ann Lee"]),
    ],
)
def test_a_person_is_told_from_what_stands_beside(read_front, text, names):
    reading = read_front(f'guest: "{text}"')
    assert [name for name, _ in list_people(reading)] == names
    assert reading.problems == ()


@pytest.mark.parametrize("post", ["Mitgründer von Acme", "PDG d'Acme", "Founder of Acme"])
def test_a_post_alone_is_no_person(read_front, post):
    reading = read_front(f'guests: [Ann Lee, "{post}"]')
    assert list_people(reading) == [("Ann Lee", "guest")]
    [problem] = reading.problems
    assert problem.message == "expected the name of a person, got a post at a firm:"
    assert (problem.value, problem.line) == (post, 4)


@pytest.mark.parametrize("name", ["Ann Lee", "Lea-Sophie Lee"])
@pytest.mark.parametrize("firm", ["Amorelie", "Zorb Capital", "Project A"])
@pytest.mark.parametrize("front", ['guest: "{}"', 'guests: ["{}"]'])
def test_a_firm_behind_a_slash_is_reported(read_front, front, name, firm):
    reading = read_front(front.format(f"{name} / {firm}"))
    assert list_people(reading) == [(name, "guest")]
    [problem] = reading.problems
    assert (problem.code, problem.value) == ("name-unclear", firm)
    assert problem.action == "kept beside the name before it"


@pytest.mark.parametrize("name", ["Bill Gates", "Chase Coleman", "Bob Poe", "Carl Poe"])
def test_a_full_name_behind_a_slash_is_a_person(read_front, name):
    """Also where each of its words is something else, too."""
    reading = read_front(f'guests: "Ann Lee / {name}"')
    assert list_people(reading) == [("Ann Lee", "guest"), (name, "guest")]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Former CEO of Acme Ann Lee", ["Ann Lee"]),
        ("Präsident der Bundesbank Ann Lee", ["Ann Lee"]),
        ("Director of Ann Lee", []),  # of a firm of this name
    ],
)
def test_a_person_may_stand_behind_a_post_at_a_firm(read_front, text, people):
    reading = read_front(f"guests: ['{text}']")
    assert [row.text("name") for row in reading.episode.rows.get("companies", ())] == people
    assert len(reading.problems) == (0 if people else 1)


@pytest.mark.parametrize(
    ("field", "people"),
    [
        ("invite: Join us on Discord", []),
        ("personas: [Buyer, Seller]", []),
        ("participant: P12", []),
        ("referent: '[[Ann Lee]]'", ["Ann Lee"]),
        ("personas: [Zorbax, Ann Lee]", ["Zorbax", "Ann Lee"]),
        ("invité: Zorbax", ["Zorbax"]),
    ],
)
def test_a_field_that_may_be_of_other_things_names_people_where_a_value_is_likely_one(
    read_front, field, people
):
    reading = read_front(field)
    assert [row.text("name") for row in reading.episode.rows.get("companies", ())] == people
    assert len(reading.problems) == (0 if people else 1)
