"""People in the front matter become rows of names."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.people_names import split_entry, split_people


def list_documented():
    """Return the rows of the reference on people: value, persons, whether there is a report."""
    page = Path(__file__).parents[2] / "docs/reference.md"
    section = page.read_text("utf-8").partition("### People\n")[2].partition("\n### ")[0]
    lines = [line[2:] for line in section.splitlines() if line.startswith("| `")]
    rows = [re.split(r" ?(?<!\\)\| ?", line) for line in lines]
    return [
        (value.strip("`").replace(r"\|", "|"), persons.replace(r"\|", "|").split("; "), why)
        for value, persons, why, *_ in rows
    ]


DOCUMENTED = list_documented()


@pytest.mark.parametrize(
    ("front", "persons", "why"), DOCUMENTED, ids=[row[0] for row in DOCUMENTED]
)
def test_the_reference_is_true(read_front, front, persons, why):
    reading = read_front(front)
    assert [values["name"] for _, values in list_names(reading)] == persons
    assert (reading.problems != ()) == why.startswith("reported")


def list_names(reading):
    return [(row.pointer, dict(row.values)) for row in reading.episode.rows.get("companies", ())]


def test_people_are_rows_behind_those_of_companies(read_front):
    reading = read_front(
        'speakers: Ann Lee\ncompanies: [Acme]\nGuests: ["[[People/Zed Marrow]]", Ida Kintank]'
    )
    assert list_names(reading) == [
        ("/companies/0", {"name": "Acme"}),
        ("/companies/1", {"name": "Ann Lee", "category": "speaker"}),
        ("/companies/2", {"name": "Zed Marrow", "category": "guest"}),
        ("/companies/3", {"name": "Ida Kintank", "category": "guest"}),
    ]
    assert (reading.episode.row_counts, reading.problems) == ({"companies": 4}, ())


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ann Lee & Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("Ann Lee, Ida Kintank and Zed Marrow", ["Ann Lee", "Ida Kintank", "Zed Marrow"]),
        ("Ann Lee y Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("José Marrow y Kintank", ["José Marrow y Kintank"]),
        ("Ann Lee (CEO, Acme and Co), Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("Ann Lee, CEO of Acme", ["Ann Lee"]),
        ("Ann Lee, founder and CEO, Acme", ["Ann Lee"]),
        ("Ann Lee Managing Director of Acme", ["Ann Lee"]),
        ("Ann Lee Senior Vice President at Acme", ["Ann Lee"]),
        ("Ann Lee General Partner", ["Ann Lee"]),
        ("Goldman Sachs Managing Director", ["Goldman Sachs Managing Director"]),
        ("Ann Marie Lead", ["Ann Marie Lead"]),
        ("Ann Lee, Zed Marrow, et al.", ["Ann Lee", "Zed Marrow"]),
        ("Ann, Zed and Ida", ["Ann", "Zed", "Ida"]),
        ("Ann Lee / Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("Ann Lee with Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("Kintank, Jörg", ["Jörg Kintank"]),
        ("\n- Ann Lee - Founder of Acme\n- Zed Marrow | Acme", ["Ann Lee", "Zed Marrow"]),
        ("\n- Ludwig van der Lee, Acme\n- Marrow, Zed", ["Ludwig van der Lee", "Zed Marrow"]),
        ("'[[Lee & Marrow]] & [[Ida Kintank]]'", ["Lee & Marrow", "Ida Kintank"]),
        ("{name: Ann Lee}", ["Ann Lee"]),
        ("\n- name: Ann Lee\n- Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        ("'[Ann Lee](https://example.org/ann)'", ["Ann Lee"]),
        ("林砚", ["林砚"]),
        (
            "Ann Lee, Zed Marrow and Ludwig van der Lee",
            ["Ann Lee", "Zed Marrow", "Ludwig van der Lee"],
        ),
        # A place behind a bar is no person, but a person may have the name of one.
        (
            "[Ann Lee | Paris France, Ann Lee | Michael Jordan]",
            ["Ann Lee", "Ann Lee", "Michael Jordan"],
        ),
        ("Ann's Carl Poe", ["Ann's Carl Poe"]),
        # A nickname is no firm.
        ("[Jonathan (Jon) Reed - Partner at Zorb]", ["Jonathan Reed"]),
        (
            "[Michael (Mike) Jordan-Hill, William (Bill) Carter]",
            ["Michael Jordan-Hill", "William Carter"],
        ),
        ("Dr. Ann Marie (Annie) Lee and Carl (Zorb) Poe", ["Ann Marie Lee", "Carl Poe"]),
        ("Ann (Acme) CEO", ["Ann"]),
        # Titles are no part of a full name.
        ("Dr. Ann Lee", ["Ann Lee"]),
        ("Prof. Dr. med. Ann Lee (Acme)", ["Ann Lee"]),
        ("Dr Ann Lee & Sir Zed Marrow", ["Ann Lee", "Zed Marrow"]),
        (
            "[Dr. J. K. Lee, Dr. Joost van Lee, Dr. Ann King]",
            ["J. K. Lee", "Joost van Lee", "Ann King"],
        ),
        ("[Dr. Zed, Mr. Zed, Dr. Know It All]", ["Dr. Zed", "Mr. Zed", "Dr. Know It All"]),
        # Nor is what a person belongs to.
        ("Ann Lee of Acme", ["Ann Lee"]),
        ("Ann Lee from the Acme team and Zed Marrow at Beta", ["Ann Lee", "Zed Marrow"]),
        ("Dr. Ann Lee of Acme, Kate", ["Ann Lee", "Kate"]),
        ("Ann Lee of Acme, Dr. Zed Marrow of the Zorbia Institute", ["Ann Lee", "Zed Marrow"]),
        ("[Joan of Arc, Queen Ann of Zorbia]", ["Joan of Arc", "Queen Ann of Zorbia"]),
        ("[Ann II of Zorbia, Ann Queen of Zorbia]", ["Ann II of Zorbia", "Ann Queen of Zorbia"]),
        ("Zorbia Institute of Technology", ["Zorbia Institute of Technology"]),
        # Nor is a post, also behind a firm.
        ("CEO Zed Marrow", ["Zed Marrow"]),
        ("Acme co-founder Ann Lee", ["Ann Lee"]),
        ("Acme CEO and founder Ann Lee", ["Ann Lee"]),
        ("US Senator Ann Lee of Zorbia, Kate", ["Ann Lee", "Kate"]),
        ("[US Senator Ann Lee, aide to CEO Ann Lee]", ["Ann Lee", "aide to CEO Ann Lee"]),
        ("[Acme CEO Zorb Marrow, CEO Ann]", ["Acme CEO Zorb Marrow", "CEO Ann"]),
        ("Zed Marrow and Senator Ann Lee", ["Zed Marrow", "Ann Lee"]),
        ("Cara Roe, aide to Senator Ann Lee", ["Cara Roe"]),
        # A surname of several words that is first.
        ("De Niro, Robert", ["Robert De Niro"]),
        ("\n- van der Lee, Ann\n- Lee, Ann B.", ["Ann van der Lee", "Ann B. Lee"]),
        ("De Niro, Robert; van der Lee, Ann", ["Robert De Niro", "Ann van der Lee"]),
        ("['Lee, Ann; Poe, Carl']", ["Ann Lee", "Carl Poe"]),
        ("Lee, Ann and Poe, Carl", ["Ann Lee", "Carl Poe"]),
        ("Della Lee, Kate", ["Della Lee", "Kate"]),
        ("van Beethoven, Ludwig", ["Ludwig van Beethoven"]),
        ("van der Lee, Acme", ["Acme van der Lee"]),
        ("van der Lee, Google", ["van der Lee", "Google"]),
        ("van Beethoven, Ludwig & Poe, Carl", ["Ludwig van Beethoven", "Carl Poe"]),
        (
            "García Márquez, Gabriel; de la Cruz Ortega, Ana",
            ["Gabriel García Márquez", "Ana de la Cruz Ortega"],
        ),
        ("Taylor Smith, Kate", ["Taylor Smith", "Kate"]),
        ("Goldman Sachs, Ann", ["Goldman Sachs", "Ann"]),
        (
            "\n- Lee, Ann, Jr.\n- Poe, Carl III\n- Roe Sr., Dan",
            ["Ann Lee Jr.", "Carl Poe III", "Dan Roe Sr."],
        ),
        ("Kate, Acme and Zorb, Beta", ["Kate", "Acme", "Zorb", "Beta"]),
        # What is behind a first name is no given name.
        ("Kate, CEO", ["Kate"]),
        ("\n- Kate, CEO\n- Jack, CEO of Acme\n- Marrow, Zed", ["Kate", "Jack", "Zed Marrow"]),
        ("Kate, Founder, Dr. Zed", ["Kate", "Dr. Zed"]),
        # Ordinary words behind a name are a post.
        ("Ann Lee, Software Engineer, Carl Poe, Machine Learning Lead", ["Ann Lee", "Carl Poe"]),
        ("Software Engineer Ann Lee", ["Software Engineer Ann Lee"]),
        # A comma inside a name.
        ("Ann Lee, Jr., Kate", ["Ann Lee Jr.", "Kate"]),
        ("Ann Lee, III", ["Ann Lee III"]),
        ("\n- Ann Lee, Jr.\n- Ann Lee Jr. (Acme)", ["Ann Lee Jr.", "Ann Lee Jr."]),
        ("Ann Lee, Sr. engineer", ["Ann Lee"]),
        ("Mary, Queen of Scots", ["Mary Queen of Scots"]),
        ("['Mary, Queen of Scots']", ["Mary Queen of Scots"]),
        ("Mary, Queen of Scots, Kate", ["Mary Queen of Scots", "Kate"]),
        ("Ann Lee, Queen of Zorbia", ["Ann Lee"]),
        ("Ann; Queen of Zorbia", ["Ann"]),
        # One surname for two titles.
        ("Mr. and Mrs. Marrow", ["Mr. Marrow", "Mrs. Marrow"]),
        ("[Mr. & Mrs. Marrow]", ["Mr. Marrow", "Mrs. Marrow"]),
        ("Mr. and Mrs. Zed Marrow", ["Zed Marrow"]),
        # Words between two persons.
        ("Ann Lee w/ Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("Ann Lee w/Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("Ann Lee feat. Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("Ann Lee vs. Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("[Ann Lee ft. Carl Poe, Cara Roe × Dan Poe]", None),
        ("Ann Lee And Carl Poe Featuring Cara Roe FEAT. Dan Poe", None),
        ("Ann Lee AND Carl Poe, And Cara Roe, WITH Dan Poe", None),
        ("[Ann Lee AND Carl Poe, Cara Roe Feat. Dan Poe]", None),
        ("ANN LEE AND CARL POE", ["ANN LEE", "CARL POE"]),
        ("Ann Lee and with Carl Poe, and feat. Cara Roe & with Dan Poe", None),
        ("Ann Lee X Poe", ["Ann Lee X Poe"]),
        ("Ann Lee, MIT Media Lab", ["Ann Lee", "MIT Media Lab"]),
        # Bars and dashes, behind which a firm is as likely.
        ("Ann Lee | Carl Poe | Cara Roe – Dan Poe", None),
        ("Ann Lee | Acme | Carl Poe, Cara Roe - Acme CEO - Dan Poe", None),
        ("Ann Lee - Founder of Acme and Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("[Ann Lee | Carl Poe, Cara Roe - Acme | Dan Poe]", None),
        ("[Ann Lee | Zed Marrow]", ["Ann Lee"]),
        ("Ann Lee | Goldman Sachs", ["Ann Lee"]),
        ("Ann Lee — Jane Street", ["Ann Lee"]),
        ("Ann Lee - Carl Poe Foundation", ["Ann Lee"]),
        ("Kate | Carl Poe", ["Kate", "Carl Poe"]),
        ("Kate | Acme", ["Kate"]),
        ("[Kate | Acme, Ann - Founder of Acme]", ["Kate", "Ann"]),
        # Several bars are one, and bars need no blanks.
        ("[Ann Lee | | Carl Poe, Cara Roe || Dan Poe]", None),
        ("Ann Lee || Carl Poe - | Cara Roe|Dan Poe", None),
        ("Ann Lee -- Founder of Acme", ["Ann Lee"]),
        ("Ann Lee | Ernst & Young", ["Ann Lee"]),
        ("Ann Lee | Ernst & Young | Carl Poe and Cara Roe & Dan Poe", None),
        # So does a colon separate what is beside a name.
        ("'Ann Lee: founder of Acme'", ["Ann Lee"]),
        ("['Ann Lee: a judge', 'Kate: founder of Acme']", ["Ann Lee", "Kate"]),
        # Degrees need no comma.
        (
            "[Carl Poe MD, Dr. Ann Lee PhD (Acme), 'Cara Roe, M.D.']",
            ["Carl Poe", "Ann Lee", "Cara Roe"],
        ),
        ("Carl Poe M.D., Dan Poe Esq. and Jane Doe, Ph.D.", ["Carl Poe", "Dan Poe", "Jane Doe"]),
        ("Karim Rahman Md", ["Karim Rahman Md"]),
        # Addresses and handles are no part of a name.
        ("Ann Lee <ann@acme.com>", ["Ann Lee"]),
        (
            "[Ann Lee @annlee, 'carl@acme.com (Carl Poe)', Cara Roe https://acme.com]",
            ["Ann Lee", "Carl Poe", "Cara Roe"],
        ),
        ("Ann Lee ann@acme.com, Carl Poe @carl and Kate @kate", ["Ann Lee", "Carl Poe", "Kate"]),
        ("Ann Lee, Ann.Lee@Acme.com, Kate", ["Ann Lee", "Kate"]),
        (
            "[Ann Lee @ann ann@acme.com - Founder of Acme, Ann Lee]",
            ["Ann Lee", "Ann Lee"],
        ),
        ("'Poe, Carl <carl@acme.com>'", ["Carl Poe"]),
        # What is in brackets is beside a name whose surname is first, too.
        ("['Poe, Carl (Acme, Inc.)', 'van der Lee, Ann (Acme)']", ["Carl Poe", "Ann van der Lee"]),
        ("Poe, Carl (Acme)", ["Carl Poe"]),
        # A role in the plural introduces several persons.
        ('["Moderator Ann Lee and panelists Carl Poe, Cara Roe, Dan Poe"]', None),
        ("['Guests: Ann Lee, Carl Poe, Cara Roe & Dan Poe']", None),
        # Keys may be names.
        ("{Ann Lee: CEO of Acme, Carl Poe: judge, 'Roe, Cara': x, Dan Poe: }", None),
        ("[{Ann Lee: CEO of Acme}, {Carl Poe: [judge, dean], Cara Roe: }, Dan Poe]", None),
        ("\n- Ann Lee: CEO of Acme\n- Carl Poe:\n- Cara Roe & Dan Poe: founders", None),
        ("{Ann: CEO, Dr. Zed Marrow: Acme}", ["Ann", "Zed Marrow"]),
        # Roles introduce a person.
        ("Ann Lee with special guest Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("[Ann Lee with special guest Carl Poe, co-host Cara Roe & guest Dan Poe]", None),
        ("Ann Lee with guests Carl Poe, Cara Roe and Dan Poe", None),
        ("'Featured guest: Zorb'", ["Zorb"]),
        ("Special guests - Ann Lee & host Zorb (Acme)", ["Ann Lee", "Zorb"]),
        (
            "[Host Ann Lee, Host Zorb, Guest House Zorb]",
            ["Ann Lee", "Host Zorb", "Guest House Zorb"],
        ),
        ("guest appearance", ["guest appearance"]),
        # Further names of a person, and whom the person is of.
        ("Ann Lee a.k.a. DJ Lee, Kate", ["Ann Lee", "Kate"]),
        (
            "[Ann Lee AKA DJ Lee, Zorb aka Carl Poe, Ann Lee née Poe]",
            ["Ann Lee", "Zorb", "Ann Lee"],
        ),
        ("Acme's Ann Lee & Zorb Media’s CEO Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("[Acme's Ann Lee, Acme's Zorb Marrow]", ["Ann Lee", "Acme's Zorb Marrow"]),
        ("[Acme CEO Ann Lee's, Ann Lee's Carl Poe]", ["Ann Lee's", "Ann Lee's Carl Poe"]),
        ("special guest Mary, Queen of Scots", ["Mary Queen of Scots"]),
        ("Zorb Jr.; Software Engineer", ["Zorb Jr."]),
        # A firm that the lexicon has, of two names that are not both common first names.
        ("Ernst & Young", ["Ernst & Young"]),
        ("Barnes and Noble and Ann Lee", ["Barnes and Noble", "Ann Lee"]),
        ("Johnson & Johnson, Ben & Jerry's", ["Johnson & Johnson", "Ben & Jerry's"]),
        ("Alice & Bob", ["Alice", "Bob"]),
        ("Zorb & Marrow", ["Zorb", "Marrow"]),
        ("[Ann Lee et al., Carl Poe and Cara Roe and Friends, Dan Poe & Co]", None),
    ],
)
def test_people_are_written_in_many_ways(read_front, value, names):
    reading = read_front(f"guest: {value}")
    expected = names or ["Ann Lee", "Carl Poe", "Cara Roe", "Dan Poe"]
    assert [values["name"] for _, values in list_names(reading)] == expected
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("van der Lee, Ann", "Ann van der Lee"),
        ("De Niro, Robert", "Robert De Niro"),
        ("García Márquez, Gabriel", "Gabriel García Márquez"),
        ("Downey, Robert, Jr.", "Robert Downey Jr."),
    ],
)
def test_what_no_two_persons_are_called_is_one_name_in_a_plural(read_front, text, name):
    reading = read_front(f"guests: {text}\nhosts: ['{text}']")
    assert [values["name"] for _, values in list_names(reading)] == [name, name]
    assert reading.problems == ()


TWO_OR_TURNED = (
    "may be two persons, or one whose surname is first (write the given name first, and each "
    "person as an entry of a list):"
)


@pytest.mark.parametrize(
    ("text", "names", "action"),
    [
        # A known surname before a common first name, of which none is both.
        ("Müller, Hans", ["Hans Müller"], None),
        ("Gómez-Ruiz, Maria", ["Maria Gómez-Ruiz"], None),
        ("Poe, Carl (Acme)", ["Carl Poe"], None),
        ("Kintank, Maria", ["Maria Kintank"], "read as one name"),
        ("Lee, Ann", ["Lee", "Ann"], "read as a name each"),
        ("Lee, Ann (Acme, Inc.)", ["Lee", "Ann"], "read as a name each"),
        ("Müller, Jörg", ["Müller", "Jörg"], "read as a name each"),
        ("Google, Maria", ["Google", "Maria"], "read as a name each"),
        ("Poe, Carl, Roe, Dan", ["Poe", "Carl", "Roe", "Dan"], "read as a name each"),
        # Ann and Kate are no surnames.
        ("Ann, Carl", ["Ann", "Carl"], None),
        ("Kate, Zed", ["Kate", "Zed"], None),
        ("Poe, Roe, Lee", ["Poe", "Roe", "Lee"], None),
    ],
)
@pytest.mark.parametrize("key", ["Gäste", "people", "speaker_names"])
def test_a_comma_in_a_plural_separates_two_persons_or_is_told(read_front, key, text, names, action):
    reading = read_front(f"{key}: {text}")
    assert [values["name"] for _, values in list_names(reading)] == names
    told = [(problem.message, problem.value, problem.action) for problem in reading.problems]
    assert told == ([(TWO_OR_TURNED, text, action)] if action else [])


@pytest.mark.parametrize(
    ("front", "texts"),
    [
        ("hosts: [Kintank, Maria]", ["Kintank, Maria"]),
        ("hosts: [Müller, Hans, Poe, Carl]", ["Müller, Hans", "Poe, Carl"]),
        ("speakers: {hosts: [Okafor, Maria]}", ["Okafor, Maria"]),
        ("hosts: [Ann, Carl]", []),
        ("hosts: [Lee, Ann]", []),  # Lee is a first name, too
        ("hosts: [Google, Maria]", []),
        ("hosts: [Ann Kintank, Maria]", []),
        ("speakers: {hosts: Kintank, guests: Maria}", []),
    ],
)
def test_two_entries_that_may_be_a_surname_and_a_first_name_are_told(read_front, front, texts):
    reading = read_front(front)
    told = [(problem.message, problem.value, problem.action) for problem in reading.problems]
    assert told == [(TWO_OR_TURNED, text, "read as a name each") for text in texts]


def test_a_singular_turns_a_name_whose_surname_is_first(read_front):
    reading = read_front("Gast: Müller, Jörg")
    assert [values["name"] for _, values in list_names(reading)] == ["Jörg Müller"]
    assert reading.problems == ()


def test_the_table_names_the_plurals():
    table = load_field_table()
    assert table.plural_people < table.people.keys()
    assert {key for key in table.people if key.endswith("s")} < table.plural_people


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("hosts: Ann Lee, Kate", ["Ann Lee", "Kate"]),
        ("host: Ann Lee, Kate", ["Ann Lee", "Kate"]),
        ("host: Ann Lee and Zorb", ["Ann Lee", "Zorb"]),
        ("hosts: Ann Lee (Acme), Kate", ["Ann Lee", "Kate"]),
        ("hosts: Ann Lee, Kate (Acme)", ["Ann Lee", "Kate"]),
        ("host: Ann Lee, OpenAI", ["Ann Lee"]),
        ("host: Ann Lee, IBM, Cara Roe", ["Ann Lee", "Cara Roe"]),
        ("host: Ann Lee, Founder, Acme", ["Ann Lee"]),
        ("hosts: Ann Lee, CEO", ["Ann Lee"]),
        ("hosts: Ann Lee et al.", ["Ann Lee"]),
        ("hosts: Ann Lee & co", ["Ann Lee"]),
        # A single word that is a person has no other person in what is beside it.
        ("guests: Dan Poe, Kate, CEO of Acme", ["Dan Poe", "Kate"]),
        ("guests: Kate, CEO of Acme", ["Kate"]),
        ("host: Ann Lee, Kate, OpenAI", ["Ann Lee", "Kate"]),
        ("hosts: Ann Lee, Kate, PhD", ["Ann Lee", "Kate"]),
        ("hosts: Ann Lee, MD, Kate", ["Ann Lee", "Kate"]),
        ("hosts: Ann Lee, Esq", ["Ann Lee"]),
        ("hosts: Ann Lee, (Acme), Kate", ["Ann Lee", "Kate"]),
        ("host: Ann Lee, -, Kate", ["Ann Lee", "Kate"]),
        ("hosts: Ann Lee, Phd", ["Ann Lee"]),
        # Nobody is named.
        ("hosts: Ann Lee and Friends", ["Ann Lee"]),
        ("hosts: Ann, Zed, and Friends", ["Ann", "Zed"]),
        ("hosts: Cara Roe and Others", ["Cara Roe"]),
        ("hosts: Ann Lee & Guests", ["Ann Lee"]),
        ("hosts: Ann Lee and Panelists", ["Ann Lee"]),
        ("hosts: Ann Lee and Team", ["Ann Lee"]),
        ("hosts: Ann Lee & Co", ["Ann Lee"]),
        ("hosts: Ann Lee and Tba", ["Ann Lee"]),
        # A name in lower case that stands behind "and".
        ("hosts: Ann Lee and carl poe", ["Ann Lee", "carl poe"]),
        ("hosts: ann lee, zed marrow", ["ann lee", "zed marrow"]),
        ("hosts: Ann Lee, founder and software engineer", ["Ann Lee"]),
        # First names are known without their accents.
        ("host: Ann Lee, José", ["Ann Lee", "José"]),
        ("host: Ann Lee, Jose\u0301", ["Ann Lee", "Jose\u0301"]),
        # A word such as "and" may stand behind a comma, too.
        ("hosts: Ann Lee, CEO of Acme, and Carl Poe, a judge", ["Ann Lee", "Carl Poe"]),
        ("hosts: Ann Lee; and Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("hosts: with Ann Lee, with Carl Poe", ["Ann Lee", "Carl Poe"]),
        ("host: Ann Lee (CEO of Acme) and Zorb", ["Ann Lee", "Zorb"]),
        # A firm of two names.
        ("host: Ann Lee of Acme and Beta", ["Ann Lee"]),
        ("hosts: Ann Lee of Ernst and Young, Cara Roe", ["Ann Lee", "Cara Roe"]),
        # Letters without capitals.
        ("guest: 김민준, 이서연", ["김민준", "이서연"]),
        ("guests: 李飞飞、王小明；林砚", ["李飞飞、王小明", "林砚"]),
        ("guests: 李飞飞、王小明，林砚", ["李飞飞", "王小明", "林砚"]),
        # Several persons in an entry.
        ("guests: [Ann Lee and Carl Poe, 'Cara Roe; Dan Poe']", None),
        ("guests: [Smith and Jones, Zorb & Marrow]", ["Smith and Jones", "Zorb & Marrow"]),
    ],
)
def test_one_word_behind_a_name_is_a_person_or_no_name(read_front, front, names):
    reading = read_front(front)
    expected = names or ["Ann Lee", "Carl Poe", "Cara Roe", "Dan Poe"]
    assert [values["name"] for _, values in list_names(reading)] == expected
    assert reading.problems == ()


PARTS = (
    "Ann Lee|Kate|bob|Ben|Dr.|CEO|Acme|(Acme)|()|(|)|and|with|w/|of|from|et|al.|&|/|,|;|，|\n|-|'"
    "|🎙️|X|@ann|a@b.c|MD|:|Guest|Poe"
    "|#a|Jr.|Queen of|AND|feat.|aka|special|guest|Acme's|hosted by|van|Ortega|Ernst|Young"
).split("|")

PERSON, FIRM = "read as a name of its own", "kept beside the name before it"


@pytest.mark.parametrize(
    ("front", "texts", "word", "action"),
    [
        ("hosts: Ann Lee (Acme), Zed", ["Ann Lee (Acme)", "Zed"], "Zed", PERSON),
        ("host: Ann Lee (Acme), Zed", ["Ann Lee (Acme), Zed"], "Zed", FIRM),
        ("guests: Will Smith | Chris Rock", ["Will Smith | Chris Rock"], "Chris Rock", FIRM),
        ("guests: [Ann Lee - Chris Rock]", ["Ann Lee - Chris Rock"], "Chris Rock", FIRM),
        ("hosts: Ann Lee, Kate, Zed", ["Ann Lee", "Kate", "Zed"], "Zed", PERSON),
        (
            "hosts: Dan Poe, Zed, Founder, CEO of Acme",
            ["Dan Poe", "Zed (Founder, CEO of Acme)"],
            "Zed",
            PERSON,
        ),
        ("guests: Ira Woe, Zed, PhD", ["Ira Woe", "Zed (PhD)"], "Zed", PERSON),
        ("host: Ann Lee, McKenna", ["Ann Lee, McKenna"], "McKenna", FIRM),
        ("hosts: Ann Lee, Ji-yeon", ["Ann Lee", "Ji-yeon"], "Ji-yeon", PERSON),
        ("hosts: Ann Lee, carl poe", ["Ann Lee", "carl poe"], "carl poe", PERSON),
        ("hosts: Ann (Acme), carl poe", ["Ann (Acme)", "carl poe"], "carl poe", PERSON),
        # The last word may belong to the firm.
        ("hosts: Dan Poe of Lee and Zed", ["Dan Poe of Lee and Zed"], "Zed", FIRM),
        ("hosts: Ann Lee from Ben & Jerry", ["Ann Lee from Ben & Jerry"], "Jerry", FIRM),
        ("hosts: Ann Lee, CEO of Ben & Jerry", ["Ann Lee, CEO of Ben & Jerry"], "Jerry", FIRM),
        ("hosts: Ann Lee of Acme and Kate", ["Ann Lee of Acme", "Kate"], "Kate", PERSON),
        ("host: Ann Lee, CEO of Acme, Kate", ["Ann Lee, CEO of Acme", "Kate"], "Kate", PERSON),
        # Under a plural, names that are written unlike others are not passed over.
        ("hosts: Ann Lee, OpenAI", ["Ann Lee, OpenAI"], "OpenAI", FIRM),
        ("hosts: Ann Lee, IBM, Cara Roe", ["Ann Lee, IBM", "Cara Roe"], "IBM", FIRM),
        ("hosts: Ann Lee and 50 Cent", ["Ann Lee, 50 Cent"], "50 Cent", FIRM),
        ("hosts: Ann Lee, Founder, Acme", ["Ann Lee, Founder, Acme"], "Acme", FIRM),
        (
            "hosts: Ann Lee, Software Engineer",
            ["Ann Lee, Software Engineer"],
            "Software Engineer",
            FIRM,
        ),
        ("hosts: Ann Lee and Kate of Acme", ["Ann Lee, Kate of Acme"], "Kate of Acme", FIRM),
        ("guests: ['Ann Lee, Carl Poe']", ["Ann Lee, Carl Poe"], "Carl Poe", FIRM),
        # A first name that is also an ordinary word is often a firm.
        ("host: Ann Lee, Chase", ["Ann Lee", "Chase"], "Chase", PERSON),
    ],
)
def test_one_word_that_may_be_a_person_or_a_firm_is_told(read_front, front, texts, word, action):
    reading = read_front(front)
    assert [values.get("context", values["name"]) for _, values in list_names(reading)] == texts
    [problem] = reading.problems
    assert (problem.code, problem.value, problem.action) == ("name-unclear", word, action)
    assert problem.message == (
        "may be a person or a firm (for a person, write it as an entry of a list; for a firm, in "
        "brackets):"
    )


SEVERAL = (
    "may name several persons (write each as an entry of a list), or a firm (put it under "
    "companies):"
)
THING = "may be a person, and the lexicon knows something else of this name (write the full name):"
FIRM_OR_PERSON = (
    "may be a person or a firm (for a person, write it as an entry of a list; for a firm, in "
    "brackets):"
)


@pytest.mark.parametrize(
    ("front", "names", "message", "value"),
    [
        ("guests: [Ann Lee vs. the World]", ["Ann Lee vs. the World"], SEVERAL, ...),
        ("guests: [Ann Lee feat. Zed]", ["Ann Lee feat. Zed"], SEVERAL, ...),
        ("guests: [Alice & Bob]", ["Alice & Bob"], SEVERAL, ...),
        ("guests: [Ann Lee & Sons]", ["Ann Lee & Sons"], SEVERAL, ...),
        ("guests: ['Acme, Carl Poe']", ["Acme, Carl Poe"], FIRM_OR_PERSON, "Carl Poe"),
        ("host: [Zed Marrow and Dr. Ann Lee]", ["Zed Marrow and Dr. Ann Lee"], SEVERAL, ...),
        ("host: ['Zorb; CEO Ann Lee']", ["Zorb; CEO Ann Lee"], SEVERAL, ...),
        (
            "guests: [Ann Lee and Carl Poe and Acme]",
            ["Ann Lee and Carl Poe and Acme"],
            SEVERAL,
            ...,
        ),
        ("guest: Ann Lee and Ernst & Young", ["Ann Lee"], FIRM_OR_PERSON, "Ernst & Young"),
        ("guest: Ann Lee with OpenAI", ["Ann Lee"], FIRM_OR_PERSON, "OpenAI"),
        ("guests: Ann Lee, Ernst & Young", ["Ann Lee"], FIRM_OR_PERSON, "Ernst & Young"),
        ("guests: Ann Lee (X), Ernst & Young", ["Ann Lee"], FIRM_OR_PERSON, "Ernst & Young"),
        ("guest: Ann Lee feat. Zed", ["Ann Lee", "Zed"], THING, "Zed"),
        ("guests: [feat. Zed]", ["Zed"], THING, "Zed"),
        ("host: Ann Lee and Zed", ["Ann Lee", "Zed"], THING, "Zed"),
        ("guest: Ann Lee hosted by Carl Poe", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guests: [Ann Lee in talk to Carl Poe]", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("hosts: ['Ann Lee hosted by Carl Poe, CEO']", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guest: Ann Lee | Kate", ["Ann Lee", "Kate"], FIRM_OR_PERSON, "Kate"),
        ("guest: Ann Lee – Carl Zorb", ["Ann Lee", "Carl Zorb"], FIRM_OR_PERSON, "Carl Zorb"),
        ("guest: Acme | Carl Poe", ["Acme | Carl Poe"], FIRM_OR_PERSON, "Carl Poe"),
        ("guest: Joan of Arc – Carl Poe", ["Joan of Arc – Carl Poe"], FIRM_OR_PERSON, "Carl Poe"),
        (
            'host: ["Ann Lee\'s aide Carl Poe"]',
            ["Ann Lee's aide Carl Poe"],
            FIRM_OR_PERSON,
            "Carl Poe",
        ),
        ("guest: Ann Lee | Zed Marrow", ["Ann Lee"], FIRM_OR_PERSON, "Zed Marrow"),
        ("guests: Ann Lee | Acme", ["Ann Lee"], FIRM_OR_PERSON, "Acme"),
        ("guests: [Ann Lee | Carl Zorb]", ["Ann Lee", "Carl Zorb"], FIRM_OR_PERSON, "Carl Zorb"),
        ("guests: [Zed Marrow | Carl Poe]", ["Zed Marrow"], SEVERAL, "Zed Marrow | Carl Poe"),
        ("guests: [Ann Lee | Kate]", ["Ann Lee"], FIRM_OR_PERSON, "Kate"),
        ("guest: Acme | Kate", ["Acme | Kate"], FIRM_OR_PERSON, "Kate"),
        ("guest: Ann - Carl", ["Ann"], FIRM_OR_PERSON, "Carl"),
        ("guest: Ann Lee X Carl Poe", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guests: [Ann Lee X Carl Poe]", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guest: 'Ann Lee: Carl Poe'", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guest: 'Acme Labs: Ann Lee'", ["Acme Labs: Ann Lee"], FIRM_OR_PERSON, "Ann Lee"),
        ("guests: [Ann Lee @ann Carl Poe]", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        ("guest: 'Ann: Ludwig van der Lee'", ["Ann"], FIRM_OR_PERSON, "Ludwig van der Lee"),
        ("guest: 'Roe, @ann, Ann: Chris Rock'", ["Roe"], FIRM_OR_PERSON, "Chris Rock"),
        ("guest: 'Ann Lee: Zed Poe'", ["Ann Lee"], FIRM_OR_PERSON, "Zed Poe"),
        ("guest: 'Kate: Ann'", ["Kate"], FIRM_OR_PERSON, "Ann"),
        ("guest: [Kate | Zed Marrow]", ["Kate"], FIRM_OR_PERSON, "Zed Marrow"),
        ("guest: ['Zed Poe: a judge & Joost Roe']", ["Zed Poe"], SEVERAL, ...),
        ("guest: [Ann — Müller x Zed]", ["Ann"], SEVERAL, "Ann — Müller x Zed"),
        ("guests: {Ann Lee: Carl Poe}", ["Ann Lee"], FIRM_OR_PERSON, "Carl Poe"),
        (
            "guests: ['Moderator Ann Lee and panelists Carl Poe, Zorb']",
            ["Ann Lee", "Carl Poe", "Zorb"],
            FIRM_OR_PERSON,
            "Zorb",
        ),
    ],
)
def test_what_may_be_lost_is_told(read_front, front, names, message, value):
    reading = read_front(front)
    assert [values["name"] for _, values in list_names(reading)] == names
    [problem] = reading.problems
    assert (problem.code, problem.message) == ("name-unclear", message)
    assert problem.value == (front.split(": ", 1)[1].strip("[']\"") if value is ... else value)


@pytest.mark.parametrize(
    ("front", "names", "shared"),
    [
        ("hosts: Bill and Melinda Gates", ["Bill", "Melinda Gates"], "Bill"),
        ("host: Ann & Carl Lee", ["Ann", "Carl Lee"], "Ann"),
        ("hosts: [Ann & Carl Lee]", ["Ann", "Carl Lee"], "Ann"),
        ("guests: Ann and Carl de Lee, a judge", ["Ann", "Carl de Lee"], "Ann"),
        ("guests: Drs. Ann and Carl Lee", ["Drs. Ann", "Carl Lee"], "Drs. Ann"),
        # In a list, a first name is a person of its own, as one of another name is.
        ("guests: Ann, and Carl Lee", ["Ann", "Carl Lee"], None),
        ("guests: Cara Roe, Ann and Carl Lee", ["Cara Roe", "Ann", "Carl Lee"], None),
        ("guests: Ann with Carl Lee", ["Ann", "Carl Lee"], None),
        # So may a rare first name; a firm and what is spelt unlike a name have none.
        ("guests: Barack and Michelle Obama", ["Barack", "Michelle Obama"], "Barack"),
        ("guests: [Barack & Michelle Obama]", ["Barack", "Michelle Obama"], "Barack"),
        ("guest: Zed AND CEO Ann Lee", ["Zed", "Ann Lee"], "Zed"),
        ("guests: Google and Carl Lee", ["Google", "Carl Lee"], None),
        ("guests: OpenAI and Carl Lee", ["OpenAI", "Carl Lee"], None),
        ("guests: Investors and Carl Lee", ["Investors", "Carl Lee"], None),
        ("guests: Ann and Carl Foundation", ["Ann", "Carl Foundation"], None),
    ],
)
def test_a_surname_that_two_first_names_may_share_is_told(read_front, front, names, shared):
    reading = read_front(front)
    assert [values["name"] for _, values in list_names(reading)] == names
    told = [(problem.code, problem.message, problem.value) for problem in reading.problems]
    message = "may have the surname of the next person (write each in full, as an entry of a list):"
    assert told == ([("name-unclear", message, shared)] if shared else [])


def test_unclear_words_of_a_field_that_are_read_alike_are_one_problem(read_front):
    reading = read_front("hosts: Ann Lee, Zed, Kir, Ulf (Acme), OpenAI, Voj")
    assert list(map(str, reading.problems)) == [
        "ep.md:4:1: /hosts: may be a person or a firm (for a person, write it as an entry"
        f" of a list; for a firm, in brackets): {words} ({action}) [name-unclear]"
        for words, action in (("OpenAI, Voj", FIRM), ("Zed, Kir, Ulf", PERSON))
    ]


def test_names_in_lower_case_are_read_or_told(read_front):
    reading = read_front("hosts: Ann Lee, carl poe, dan roe and bob\nhost: Ann Lee, carl")
    names = [values["name"] for _, values in list_names(reading)]
    assert names == ["Ann Lee", "carl poe", "dan roe", "Ann Lee"]
    assert [(problem.code, problem.value) for problem in reading.problems] == [
        ("name-unclear", "carl poe, dan roe"),
        ("row-shape", "bob"),
        ("row-shape", "carl"),
    ]


@given(st.lists(st.sampled_from(PARTS)).map(" ".join), st.booleans())
def test_any_text_of_people_is_split(text, is_plural):
    has_letters = any(map(str.isalnum, text))
    assert split_people(text, is_plural=is_plural).entries or not has_letters
    assert split_entry(text).entries or not has_letters


def test_what_stands_beside_a_name_is_its_context(read_front):
    reading = read_front("guests: ['Ann Lee (CEO, Acme)', Zed, Kate (Acme)]")
    assert list_names(reading) == [
        (
            "/companies/0",
            {"name": "Ann Lee", "category": "guest", "context": "Ann Lee (CEO, Acme)"},
        ),
        ("/companies/1", {"name": "Zed", "category": "guest"}),
        ("/companies/2", {"name": "Kate", "category": "guest", "context": "Kate (Acme)"}),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ann Lee" + ", x1 y y y y y y y y y y" * 20_000, 1),
        ("Ann Lee" + (", x1" + " y" * 100) * 2_000, 1),
        ("Ann Lee" + ", OpenAI and " * 20_000 + "Kate", 2),
        ("Ann Lee" + " " * 200_000 + "X, Kate", 2),
        ("Ann Lee and" + " " * 200_000 + "Cara Roe", 2),
        ("Ann Lee of" + " " * 200_000 + "Acme", 1),
        ("Dr. " * 100_000 + "Ann Lee" + " of" * 100_000, 1),
        ("Dr. and " * 20_000 + "Ann Lee", 2),
        ("Mary, Queen of Scots, " * 9_000 + "Ann Lee, III", 9_001),
        ("De " * 100_000 + "Niro, Robert", 1),
        ("Lee, Ann and " * 9_000 + "Poe, Carl", 9_001),
        ("Ann Lee" + " | q z" * 40_000 + " | Carl Poe", 2),
        ("Ann Lee" + " hosted by" * 40_000 + " Carl Poe", 1),
        ("special guest " * 20_000 + "Ann Lee", 1),
        ("guest" + " " * 200_000 + ", Ann Lee", 1),
        ("Ann Lee aka" + " " * 200_000 + "x", 1),
        ("Lee" + " " * 200_000 + "Poe" + " " * 200_000 + "x, Ann", 2),
        ("Ann Lee, A." + "A." * 100_000, 1),
        ("Ann Lee of A-" + "A-" * 100_000, 1),
        ("Ann Lee and Carl Poe" + " x" * 60_000 + " ", 2),
        ("Ann (Bo) " * 20_000, 1),
        ("Ann Lee" + " |" * 100_000, 1),
        ("Ann Lee" + "|" * 100_000 + "Carl Poe", 2),
        ("Ann Lee" + " | Ernst & Young" * 10_000, 1),
        ("Ann Lee " + "@" * 100_000, 1),
        ("Ann Lee" + " @a" * 50_000, 1),
        ("Ann Lee " + "a." * 50_000 + "@", 1),
        ("Ann Lee" + ": a" * 50_000, 1),
        ("Ann Lee" + " (" * 50_000, 1),
        ("Ann Lee" + " X Carl Poe" * 10_000, 1),
        ("Ann Lee" + " PhD" * 50_000, 1),
        ("Ann Lee" + " Chefin" * 50_000 + " von Acme", 1),
        ("Chefin " * 50_000 + "von Acme", 0),
        ("Ann Lee / " + "Acme / " * 20_000, 1),
        ("Ann Lee" + " (x @a, y)" * 20_000, 1),
    ],
)
def test_a_hostile_text_is_split_in_linear_time(read_front, text, count):
    assert len(list_names(read_front(f"guests: '{text}'"))) == count


@pytest.mark.parametrize(
    "value",
    [
        "[ann-lee, zed]",
        "ann_lee",
        "'@annlee'",
        "7",
        "true",
        "[null, 3, {name: }]",
        "{Job: CEO, Full Name: Ann Lee}",
        "{Guest: Ann Lee, City: Paris}",
        "{Guest: , Host: [7]}",
        "{Guest: {Host: Ann Lee}}",
        "Special Guest",
        "[Special Guest, Speaker 2, N/A, Unknown, '-']",
        "[ann@acme.com, <ann@acme.com>, '@ann', 'https://acme.com/a,b']",
    ],
)
def test_ids_and_what_is_no_text_are_no_people(read_front, value):
    reading = read_front(f"hosts: {value}")
    assert list_names(reading) == []
    assert [problem.message for problem in reading.problems] == [
        "unknown field: no name of a person is read in it, as in `guests: [Ann Lee]` or "
        "`guests: [{name: Ann Lee}]`, and a build does not use it"
    ]


def test_a_mapping_may_tell_roles(read_front):
    reading = read_front(
        "speakers:\n  host: Ann Lee\n  Guests: [Carl Poe, {name: Cara Roe}]\n  moderator: Mr. Poe"
        "\nguests:\n- {person: Mike Moe}\n- {co-host: 7, guest: Kim Lee}"
    )
    assert [(key, values["name"], values["category"]) for key, values in list_names(reading)] == [
        ("/companies/0", "Ann Lee", "host"),
        ("/companies/1", "Carl Poe", "guest"),
        ("/companies/2", "Cara Roe", "guest"),
        ("/companies/3", "Mr. Poe", "host"),
        ("/companies/4", "Mike Moe", "person"),
        ("/companies/6", "Kim Lee", "guest"),
    ]
    assert [(p.line, p.field, p.value) for p in reading.problems] == [
        (10, "/guests/1/co-host", "7"),
    ]


@pytest.mark.parametrize(
    "value", ["none", "N/A", "'-'", "Anonymous", "[]", "", '""', "[none, ]", "{host: none}"]
)
def test_a_field_that_names_nobody_is_no_problem(read_front, value):
    reading = read_front(f"guest: {value}")
    assert not list_names(reading) and not reading.problems
    reading = read_front(f"speakers:\n  host: {value}\n  guest: Ann Lee")
    assert [values["name"] for _, values in list_names(reading)] == ["Ann Lee"]
    assert not reading.problems


def test_what_is_no_person_among_people_is_told(read_front):
    reading = read_front("guests:\n- name: Ann Lee\n  twitter: ann\n- zed-marrow\n- 7")
    assert list_names(reading) == [
        ("/companies/0", {"name": "Ann Lee", "+": '{"twitter":"ann"}', "category": "guest"})
    ]
    assert reading.episode.row_counts == {"companies": 3}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:3: /guests/0/twitter: unknown field in 1 row (read are name): twitter"
        " (kept as JSON) [field-unknown]",
        "ep.md:7:1: /guests/1: expected the name of a person, got an id or a word in lower case:"
        " zed-marrow (row left out) [row-shape]",
        "ep.md:8:1: /guests/2: expected a text or a mapping with name (write `- name: Ann Lee`),"
        " got 7 (row left out) [row-shape]",
    ]


def test_what_a_key_of_people_has_as_its_value_is_beside_the_name(read_front):
    reading = read_front(
        "guests:\n  Ann Lee: CEO (interim) of Acme\n  Carl Poe: [judge, dean]\n"
        "  Kate: {role: judge}\n  Cara Roe: 7\n  twitter: ann"
    )
    assert [(v["name"], v.get("context"), v.get("+")) for _, v in list_names(reading)] == [
        ("Ann Lee", "Ann Lee (CEO (interim) of Acme)", None),
        ("Carl Poe", "Carl Poe (judge, dean)", None),
        ("Kate", None, '{"role":"judge"}'),
        ("Cara Roe", None, '{"value":7}'),
    ]
    assert [(problem.line, problem.field, problem.value) for problem in reading.problems] == [
        (7, "/guests/Kate/role", "role"),
        (8, "/guests/Cara Roe/value", "value"),
        (9, "/guests/twitter", "a mapping of twitter"),
    ]


@pytest.mark.parametrize(
    ("value", "lost"),
    [
        ("{Ann Lee: 'Carl Poe, judge'}", "Carl Poe"),
        ("{Ann Lee: hosted by Carl Poe}", "Carl Poe"),
        ("{Ann and Carl Lee: judges}", "Ann"),
        ("{Ann Lee: CEO of Acme}", ""),
    ],
)
def test_names_beside_a_key_are_told(read_front, value, lost):
    reading = read_front(f"guests: {value}")
    assert [problem.value for problem in reading.problems] == ([lost] if lost else [])


@pytest.mark.parametrize(
    "value", ["{Full Name: Ann Lee, Alma Mater: Zorb}", "{twitter: ann, Ann Lee: judge}"]
)
def test_a_mapping_of_attributes_has_no_names_as_keys(read_front, value):
    reading = read_front(f"guests: {value}")
    assert list_names(reading) == []
    assert [problem.code for problem in reading.problems] == ["field-unknown"]


def test_problems_of_people_have_the_places_of_the_file(read_front):
    reading = read_front(
        "guests:\n- Ann Lee and Carl Poe\n- Cara Roe & Sons\n- 7\n- Guest\n- Bob Stone: CEO\n"
        "  site: 9\n"
    )
    assert len(list_names(reading)) == 4
    assert [(problem.line, problem.field) for problem in reading.problems] == [
        (6, "/guests/1"),
        (7, "/guests/2"),
        (8, "/guests/3"),
        (10, "/guests/4/site"),
    ]


def test_placeholders_and_addresses_among_people_are_told(read_front):
    reading = read_front(
        "guests: [Ann Lee, Guest, Anonymous (Acme), ann@acme.com, bob (Acme), Acme CEO]"
    )
    assert [values["name"] for _, values in list_names(reading)] == ["Ann Lee"]
    assert [(problem.message, problem.value) for problem in reading.problems] == [
        (f"expected the name of a person, got {got}:", value)
        for got, value in (
            ("a role or a placeholder", "Guest"),
            ("a role or a placeholder", "Anonymous (Acme)"),
            ("an address or a handle", "ann@acme.com"),
            ("an id or a word in lower case", "bob (Acme)"),
            ("a post at a firm", "Acme CEO"),
        )
    ]


@pytest.mark.parametrize(
    ("front", "names", "told"),
    [
        # Commas beside semicolons
        ('guests: "Ann Lee, Carl Poe; Cara Roe"', ["Ann Lee", "Carl Poe", "Cara Roe"], []),
        ('guests: "Cara Roe; Ann Lee, Carl Poe"', ["Cara Roe", "Ann Lee", "Carl Poe"], []),
        ('guests: "Ann Lee, Acme; Carl Poe"', ["Ann Lee", "Carl Poe"], []),
        ('guests: "Lee, Ann; Poe, Carl"', ["Ann Lee", "Carl Poe"], []),
        ('guests: "Poe, Carl; Smith, Ann, CFA"', ["Carl Poe", "Ann Smith"], []),
        # Surname first, with more beside it
        ('guest: "Smith, Ann, PhD"', ["Ann Smith"], []),
        ('guests: "Smith, Ann, CEO of Acme"', ["Ann Smith"], []),
        ('guests: ["Smith, Ann, CFA", "Poe, Carl MD"]', ["Ann Smith", "Carl Poe"], []),
        ('guest: "Lee, A."', ["A. Lee"], []),
        ('guests: "Smith, J.R.; Poe, C."', ["J.R. Smith", "C. Poe"], []),
        # Words in lower case before a name
        ('guests: "Ann Lee & Carl Poe, hosted by Cara Roe"', ["Ann Lee", "Carl Poe"], ["Cara Roe"]),
        ('guests: "Ann Lee; moderated by Cara Roe"', ["Ann Lee"], ["Cara Roe"]),
        ("guest: our very dear Ann Lee", ["our very dear Ann Lee"], ["Ann Lee"]),
        # Words that introduce a person
        ("guest: our very own Ann Lee", ["Ann Lee"], []),
        ("guest: your host Zed", ["Zed"], []),
        ('guest: "my guest, Ann Lee"', ["Ann Lee"], ["my guest"]),
        ('host: "Hosted by: Ann Lee and Kate"', ["Ann Lee", "Kate"], []),
        ('guests: ["A conversation with Dr. Ann Lee", Zed]', ["Ann Lee", "Zed"], []),
        ('guests: "Interview with: Ann Lee, Acme CEO, Carl Poe"', ["Ann Lee", "Carl Poe"], []),
        ('guest: "Special  interview with:  Ann Lee"', ["Ann Lee"], []),
        ("guest: Q & A with Ann Lee", ["Ann Lee"], []),
        ("host: hosted by:Ann Lee", ["Ann Lee"], []),
        ("guest: Das Interview mit Ann Lee", ["Ann Lee"], []),
        # A firm with a post, also of words that are common first names
        ('guests: "Ann Lee, Morgan Stanley Director"', ["Ann Lee"], []),
        ('guests: "Acme CEO, Ann Lee"', ["Ann Lee"], ["Acme CEO"]),
        ("guest: Zed, Director", ["Zed"], []),
        ('guests: "Ann Lee, Zorb Labs CEO"', ["Ann Lee"], []),
        ("guests: [Jensen Huang CEO, Ann Lee Actress]", ["Jensen Huang", "Ann Lee"], []),
        ("guests: [Satya Nadella CEO]", ["Satya Nadella CEO"], []),
        ("guests: Ann Lee; Jensen Huang CEO of Acme", ["Ann Lee", "Jensen Huang"], []),
        ("guests: Ann Lee CEO, Carl Poe CEO", ["Ann Lee", "Carl Poe"], []),
        ("guests: [Ann Lee, Morgan Stanley CEO]", ["Ann Lee"], ["Morgan Stanley CEO"]),
        ('guests: ["Zorb, PhD", "Quux, Friends", "Poe, J.D."]', ["Zorb", "Quux", "J.D. Poe"], []),
        ('guest: "Owens, Major"', ["Major Owens"], []),
        ('guest: "Smith, Justice"', ["Justice Smith"], []),
        ('guests: ["Zed, Director", "Marrow, CEO"]', ["Zed", "Marrow"], []),
        ('guests: "Ann Lee, Apple CEO; Carl Poe, Mercedes CFO"', ["Ann Lee", "Carl Poe"], []),
        ('guests: ["Ann Lee, Mercedes CEO"]', ["Ann Lee"], []),
        ('guests: "Ann Lee, Stripe Founder, Mike Judge"', ["Ann Lee", "Mike Judge"], []),
        ('guests: "Ann Lee; Zadie Coach and Ed Poe"', ["Ann Lee", "Zadie Coach", "Ed Poe"], []),
        ("guests: Ann Lee and Acme CEO", ["Ann Lee"], ["Acme CEO"]),
        ("guest: a book about Ann Lee", ["a book about Ann Lee"], []),
        # Whatever else is between two names
        ("guest: Ann Lee interviews Dr. Carl Poe", ["Ann Lee"], ["Carl Poe"]),
        ("guest: Ann Lee (with Carl Poe)", ["Ann Lee"], ["Carl Poe"]),
        ("guests: [Ann Lee - founder & Dr. Carl Poe]", ["Ann Lee"], ["Carl Poe"]),
        ("guest: our Ann Lee | Carl Poe", ["our Ann Lee | Carl Poe"], ["Carl Poe, Ann Lee"]),
        ("guests: [Ann Lee/@ann]", ["Ann Lee/@ann"], ["Ann Lee"]),
        ("guest: Ann Lee (Goldman Sachs)", ["Ann Lee"], []),
        # Addresses
        ('guest: "Ann Lee - https://acme.com"', ["Ann Lee"], []),
        ('guest: "Ann Lee — ann@acme.com"', ["Ann Lee"], []),
        ('guest: "Ann Lee aka @ann"', ["Ann Lee"], []),
        ('guest: "Ann Lee of @acme"', ["Ann Lee"], []),
        ('guest: "Ann Lee: @ann"', ["Ann Lee"], []),
        ('guests: "Ann Lee and @carl"', ["Ann Lee"], ["@carl"]),
        # Behind a name with its firm in brackets
        ('guests: ["Zoë Ångström (Acme), Li Wei"]', ["Zoë Ångström"], ["Li Wei"]),
        ('guests: ["Ann Lee (Acme), Zorb Labs"]', ["Ann Lee"], ["Zorb Labs"]),
        ('guests: ["Ann Lee (Acme), Goldman Sachs"]', ["Ann Lee"], []),
        # Roles
        ('guests: ["Ann Lee, People Magazine"]', ["Ann Lee"], []),
        ('guests: ["Panelists: Ann, Carl"]', ["Ann", "Carl"], []),
        ("guest: C. Guest", ["C. Guest"], []),
        ("guests: [Ann Lee, Speaker B]", ["Ann Lee"], ["Speaker B"]),
        ("guests: [Ann Lee, To Be Announced]", ["Ann Lee"], ["To Be Announced"]),
        ("guest: Carl Lee KBE", ["Carl Lee"], []),
    ],
)  # fmt: skip
def test_people_are_read_or_told(read_front, front, names, told):
    reading = read_front(front)
    assert [values["name"] for _, values in list_names(reading)] == names
    assert [problem.value for problem in reading.problems] == told
