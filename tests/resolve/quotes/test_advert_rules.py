import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgraph.base.errors import DataError
from kgraph.base.model import Row
from kgraph.resolve.quotes import advert_rules
from kgraph.resolve.quotes.advert_rules import (
    advert_probability,
    load_advert_rules,
    wording_reasons,
    wording_weight,
)
from kgraph.resolve.quotes.fingerprints import hash_runs, hash_shingles, tokenize_quote

EXAMPLES = {
    "promo_code": "Use code WIDGET at checkout and thank us later.",
    "percent_off": "You can get 20% off your first order of widgets.",
    "sponsor": "This episode is brought to you by the Widget Company.",
    "web_address": "To see what they build, head over to widget-company.com today.",
    "web_slash": "That is widgets.com/hour, one more time for those in the car.",
    "sign_up": "Start your free trial and see what widgets can do.",
    "get_started": "It is trusted by over nine hundred workshops, so get started today.",
    "link": "All of this is in the link in the description.",
    "subscribe": "Please like and subscribe, it helps the channel a lot.",
    "newsletter": "I write about that in our free newsletter each Sunday.",
    "follow": "You can follow us on every network there is.",
    "opening": "Hello and welcome back to The Widget Hour podcast.",
    "closing": "Thank you all so much for listening, and good night.",
    "disclaimer": "Nothing that we say here is investment advice.",
    "cross_promotion": "It is out wherever you get your podcasts.",
    "terms": "Terms apply, and it requires compatible widgets.",
    "call_to_act": "Meet the Widget Card, which is in every pocket.",
    "asks_listener": "Did you ever wish that widgets were lighter?",
    "offers_you": "It lets you hold widgets in one hand.",
    "praise": "It is the world's first widget with a handle.",
    "customers": "Hundreds of companies have hired Widgetron.",
    "solution": "That is a dream. Widgetron makes that possible.",
    "testimonial": "Widgetron has been my go-to for years.",
    "benefit": "Widgetron gives workshops a simple, secure way to grow.",
    "show_promotion": "Every day on the channel, we teach you about widgets.",
}
TALK = [
    "We subscribe to the theory that rates stay high.",
    "The promise of free software was never that it costs nothing.",
    "The code review takes longer than the writing of it.",
    "Sponsors of terrorism will be sanctioned by the new law.",
    "A 20% drawdown is nothing in that market.",
    "If you are listening to this podcast you know what a widget costs.",
    "The news will be out by the time this is on the podcast.",
    "Taking good advice is a skill that few founders have.",
    "Widgets will be short by Monday. Not financial advice, but it might make sense to own some.",
    "You have to put that, not investment advice, into a plan of your own.",
    "I am a great admirer of your widgets, so thank you so much for joining me.",
    "Studies show that trials sponsored by makers of widgets find what they should.",
    "A series about widgets sponsored by the state won every prize.",
    "They proudly sponsor the games, and were wrong in sponsoring the stadium.",
    "In this episode we talk about a trial sponsored by a maker of widgets.",
    "He wrote a series on widgets sponsored by the state.",
    "They paid a million to sponsor the show that they liked.",
    "They check out the sponsors of each bill before they vote.",
    "There isn't enough good financial advice for young people.",
    "None of it works without legal or tax advice.",
    "None of these founders had any legal or tax advice when they sold.",
    "A widget should not be regarded as a replacement for legal advice.",
    "Unless you are watching this show every week you may have missed the widget.",
    "You can meet the need for widgets if you discover it in time.",
    "It gave you widgets, and the world is better for it.",
    "Hundreds of companies went out of business that year.",
    "The steam engine made that possible, and that is where we are.",
    "There is no cost that is as easy to see, and no simple way to place it.",
]
BOILERPLATE = [
    "As always, this is not to be taken as investment advice.",
    "A widget should not be considered as a recommendation or as legal advice.",
    "First of all, none of this is financial advice.",
    "Remember, not financial advice.",
    "Not financial advice. Do your own research.",
    "Please do your own research, not financial advice.",
    "This is for entertainment, no investment advice.",
    "(Not investment advice, of course.)",
    "This isn't financial advice.",
    "I am not giving you financial advice.",
    "All right, that was the widget. And again, thanks for listening.",
    "We are out of time… Thank you so much for joining us.",
    "They are proud to sponsor this week's episode.",
    "This episode is part of a series on workshops sponsored by the Widget Company.",
    "It is one of a special series on workshops sponsored by the Widget Company.",
    "If you are interested in sponsoring the show, write to us.",
    "If you skip ahead, please still check out the sponsors.",
]


def marks(text):
    return frozenset(tokenize_quote(text))


@pytest.mark.parametrize("name", sorted(load_advert_rules().rules))
def test_every_rule_finds_its_example(name):
    text = EXAMPLES[name]
    why = [reason.words for reason in wording_reasons(marks(text), text, Row("quotes", 0, {}))]
    assert load_advert_rules().rules[name].why in why


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("name", ["sponsor", "opening", "closing", "disclaimer", "asks_listener"])
def test_what_a_pattern_finds_has_a_word_for_which_it_is_tried(name, data):
    rule = load_advert_rules().rules[name]
    for words, pattern in rule.pattern.items():
        text = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)).lower()
        if re.fullmatch(pattern, text):
            assert not set(words.split()).isdisjoint(tokenize_quote(text))


@pytest.mark.parametrize("text", TALK)
def test_talk_is_left_alone(text):
    assert wording_reasons(marks(text), text, Row("quotes", 0, {})) == []


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate_is_found_in_every_wording(text):
    assert wording_weight(marks(text), text, Row("quotes", 0, {})) > 4.6


@pytest.mark.parametrize(
    "name", ["call_to_act", "offers_you", "praise", "customers", "solution", "benefit"]
)
def test_the_words_of_a_seller_mark_nothing_alone(name):
    rule = load_advert_rules().rules[name]
    assert advert_probability((), {}, rule.weight)[0] < 0.15
    text = f"{EXAMPLES['solution']} {EXAMPLES['customers']} {EXAMPLES['call_to_act']}"
    assert (
        advert_probability((), {}, wording_weight(marks(text), text, Row("quotes", 0, {})))[0] > 0.5
    )


def test_a_long_run_of_words_tells_more_than_a_turn_of_phrase():
    advert = "Ledgers of the Widget Company keep accounts safe for ninety thousand households."
    phrase = "So what people will have to do is to be a bit careful with it."
    runs = hash_runs(tokenize_quote(advert))
    assert runs and not hash_runs(tokenize_quote(phrase))
    counts = dict.fromkeys(runs, 3)
    repeated, reason = advert_probability((), {}, 0.0, runs, counts)
    assert repeated > 0.5 and reason.words == "100% of its wording stands in 3 recordings"
    assert advert_probability((), {}, 0.0, (*runs, *range(99)), {runs[0]: 3})[0] < 0.1


def test_what_two_recordings_repeat_is_an_advert_beside_a_sellers_words():
    text = "It gives households a simple, secure way to control ninety thousand different widgets."
    runs = hash_runs(tokenize_quote(text))
    twice, often = dict.fromkeys(runs, 2), dict.fromkeys(runs, 3)
    alone, reason = advert_probability((), {}, 0.0, runs, twice)
    assert 0.1 < alone < 0.3
    assert reason.words == "100% of its wording stands in 2 recordings"
    assert advert_probability((), {}, 0.0, runs, often)[0] > 0.5
    sold = wording_weight(marks(text), text, Row("quotes", 0, {}))
    assert advert_probability((), {}, sold, runs, twice)[0] > 0.5
    assert advert_probability((), {}, sold, (*runs, *range(99)), {runs[0]: 2})[0] < 0.2


def test_the_language_models_reason_counts():
    row = Row("quotes", 0, {"impact_reason": "Direct promotion of the sponsor's product."})
    assert wording_weight(marks("It is a fine widget."), "It is a fine widget.", row) == 3.5


def test_a_plain_quote_has_the_prior_probability():
    assert advert_probability((1, 2, 3), {}) == (0.01, None)


def test_the_more_recordings_repeat_it_the_likelier_is_an_advert():
    shingles = hash_shingles(
        tokenize_quote("Widgets are revolutionising the manufacturing of other widgets.")
    )
    twice, often = (advert_probability(shingles, dict.fromkeys(shingles, n))[0] for n in (3, 40))
    assert 0.01 < twice < often


def test_one_repeated_run_in_a_long_quote_is_no_advert():
    assert advert_probability(tuple(range(10)), {0: 50})[0] < 0.05


def test_repetition_says_so():
    _, reason = advert_probability((1, 2), {1: 7, 2: 9})
    assert reason.words == "100% of its wording stands in at least 9 recordings"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("'(code'", r"'\(code': missing \)"), ("{}", "a rule has at least one pattern")],
)
def test_a_wrong_pattern_is_an_error_of_the_file(monkeypatch, tmp_path, pattern, message):
    path = tmp_path / "adverts.yaml"
    rule = f"{{kind: advert, cues: [code], weight: 1.0, why: names a code, pattern: {pattern}}}"
    path.write_text(f"stated: {rule}\ndescribed: {{}}\nrules: {{}}\n")
    monkeypatch.setattr(advert_rules, "data_path", lambda *parts: path)
    with pytest.raises(DataError, match=rf"adverts\.yaml: {message}.*see the header"):
        advert_rules.load_advert_rules.__wrapped__()
