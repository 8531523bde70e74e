import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messaging.opt_out import Intent, classify, is_yes, judge
from messaging.opt_out_text import normalise
from messaging.phrases import BadPhrase, Kind, Row, compiled, shipped_rows

CORPUS = Path(__file__).parent / "opt_out"
OPT_OUT, REVIEW, NONE = Intent.OPT_OUT, Intent.REVIEW, Intent.NONE

CARRIER_STOP = "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT REMOVE TD ARRET"
EXACT = {
    "en": "stop, stopall, stop all, unsubscribe, unsub, cancel, end, quit, revoke, "
    "optout, opt out, opt-out, remove, remove me, stop texting, stop messaging, "
    "stop it, please stop",
    "es": "alto, parar, pare, baja, darme de baja, dar de baja, basta, cancelar, "
    "detener, no mas, no mas mensajes",
    "fr": "arret, arrêt, arrete, arreter, stop, stop sms, desabonner, desinscrire, "
    "desinscription",
    "pt": "sair, parar, pare, cancelar, remover, descadastrar",
    "de": "stopp, stop, abmelden, abbestellen, beenden, aufhoren",
    "it": "basta, ferma, disiscrivi, disiscrivimi, annulla",
    "nl": "afmelden, stoppen",
}
EXACT_WORDS = [word for words in EXACT.values() for word in words.split(", ")]
TYPOS = "stpo, sotp, sttop, stop., STOP!!, stopppp, STOP 🛑, stol, st0p, s t o p"
LOOKS_LIKE_STOP = ("stoop", "stoop?", "shop", "step", "top")

CERTAIN = """
stop texting
stop texting me
stop messaging
stop contacting
stop contacting me
stop sending
do not text me
don't message me
dont contact me
never text me again
never contact me
no more texts
no more messages
remove me
remove my number
delete my number
lose my number
take me off your list
take me off the list
take me off this list
off your list
opt me out
leave me alone
i want to opt out
unsubscribe me
put me on your do not call list
put me on the do not text list
i don't want these texts
i don't want your messages
quítenme de su lista
sáquenme de la lista
borren mi número
no me escriban
no me escribas
no me contacten
no me contactes
dejen de mandarme textos
dejen de mandarme mensajes
dejen de llamarme
no quiero mensajes
no quiero más mensajes
no más mensajes
darme de baja
ne m'écrivez plus
ne me contactez plus
retirez-moi de votre liste
plus de messages
plus de sms
je veux me désabonner
não me mande
não me mande mais
não quero mensagens
não quero mais mensagens
me tire da lista
pare de me enviar
keine nachrichten mehr
keine sms
keine sms mehr
schreiben sie mir nicht mehr
nehmen sie mich von der liste
bitte nicht mehr schreiben
""".strip().splitlines()

DOUBTFUL = """
not interested
enough
go away
goodbye
who is this
don't call me
fuck you
quit bothering me. Wait, what's the price?
stop texting me. Wait, what's the price?
🛑
kündigen
""".strip().splitlines()

NOT_AT_ALL = """
Stop by the shop on Tuesday
I'll stop by tomorrow
can you stop at 5?
Don't stop
Ich will nicht stören, aber die Heizung geht nicht
please don't stop sending these, I love them
Cancel my 3pm appointment
please cancel my order 4411
I need to cancel
end of the month
is there an end date?
by the end of the day
weekend
I want to quit smoking
quit claim deed
Which bus stop?
one-stop shop
non-stop
stopwatch
Don't call me tomorrow, call me Friday
don't text me at work, use my other number
I'm busy right now
not interested in the blue one, do you have red?
can you ring me tomorrow
your team never ring back
Your text said "Reply STOP to opt out", is that needed?
YES
Yes please send a quote
START the engine
when does it start?
let's start Monday
can you help me with an invoice?
info@example.com
no
no thanks
No, thank you!
Didn't get your text yesterday, can you send it again?
My phone number has changed, please send the texts to 07700 900881 from now on
Can't talk, in a meeting. Msg me
Yes please keep me posted by text
No llamen más al teléfono de casa, mejor escríbanme aquí
Anoten mi nuevo número para los mensajes: 612 000 345
Comment me désabonner de la newsletter par mail ? Les sms je les garde
Surtout n'arrêtez pas les rappels, sinon j'oublie tout 😂
J'ai changé de numéro, envoyez les sms au 06 00 12 34 56 dorénavant
Non chiamatemi in ufficio, mandatemi un messaggio
No grazie, stavolta no
Continuate ad aggiornarmi via sms per favore
Bitte nicht anrufen, lieber eine SMS schicken
Nein danke, diesmal nicht
Hab die Tabletten abgesetzt wegen dem Ausschlag, ist das ok?
Meine Nummer hat sich geändert, SMS bitte an 0170 0001234
My son says "stop texting me" all the time lol
she told him never to contact her again, so sad
Please send the message to my wife, not me
the kids won't leave me alone so I can't talk right now
no me manden correos, prefiero SMS
No me llamen, mejor mándenme un mensaje
n'arrêtez pas de m'envoyer les rappels, c'est utile
je ne reçois plus vos messages, c'est normal ?
ne m'appelez pas, envoyez un sms
J'ai effacé vos messages par erreur, vous pouvez les renvoyer ?
por que pararam de mandar mensagem?
não me mandem email, prefiro sms
Non mi chiamate, mandatemi un messaggio
basta un messaggio per confermare?
Non scrivetemi mail, meglio sms
Bitte hören Sie nicht auf, mir die Erinnerungen zu schicken
nicht anrufen, lieber schreiben
Bitte keine E-Mails, lieber SMS
""".strip().splitlines()


@pytest.mark.parametrize("word", CARRIER_STOP.split() + ["STOP ALL"])
def test_every_word_that_a_carrier_acts_on_opts_out_here_too(word):
    assert classify(word) is OPT_OUT


@pytest.mark.parametrize("word", EXACT_WORDS + TYPOS.split(", "))
def test_an_exact_word_opts_out(word):
    assert classify(word) is OPT_OUT


@pytest.mark.parametrize("word", EXACT_WORDS)
@pytest.mark.parametrize(
    "form",
    ["{}.", " {}!!! ", "“{}”", "*{}*", "{} please", "Please {}", "{}, thanks"],
)
def test_an_exact_word_opts_out_however_it_is_dressed(word, form):
    assert classify(form.format(word)) is OPT_OUT
    assert classify(form.format(word.upper())) is OPT_OUT


@pytest.mark.parametrize("word", LOOKS_LIKE_STOP)
def test_a_word_that_only_looks_like_stop_is_asked_about(word):
    assert classify(word) is REVIEW


@pytest.mark.parametrize("text", CERTAIN)
def test_a_phrase_opts_out(text):
    assert classify(text) is OPT_OUT
    assert classify(f"Hello. {text}. Thanks, Maria") is OPT_OUT


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_is_doubtful_is_for_a_person(text):
    assert classify(text) is REVIEW


@pytest.mark.parametrize("text", NOT_AT_ALL)
def test_what_only_looks_like_it_does_not_count(text):
    assert classify(text) is NONE


@pytest.mark.parametrize("text", ["wrong number", "you have the wrong person"])
def test_a_wrong_person_is_an_outcome_of_its_own(text):
    assert classify(text) is Intent.WRONG_PERSON


@pytest.mark.parametrize("text", ["START", "unstop", "Start please"])
def test_start_and_unstop_opt_in(text):
    assert classify(text) is Intent.OPT_IN


@pytest.mark.parametrize(
    "text", ["HELP", "help!", "INFO", "aide", "AYUDA", "ajuda", "Hilfe", "aiuto"]
)
def test_the_exact_word_asks_for_help(text):
    assert classify(text) is Intent.HELP


@pytest.mark.parametrize(
    ("text", "yes"),
    [("YES", True), ("sí!", True), ("Oui.", True), ("ja", True), ("Sim", True)]
    + [("yes please send a quote", False), ("yesterday", False), ("", False)],
)
def test_a_yes_is_the_whole_text(text, yes):
    assert is_yes(text) is yes
    assert classify(text) is NONE


# ------------------------------------------------------------
# QUOTES
# ------------------------------------------------------------

FOOTERS = [
    "Reply STOP to opt out",
    "Text STOP to unsubscribe",
    "STOP to end",
    "Responda STOP para darse de baja",
    "Répondez STOP pour vous désabonner",
    "Responda SAIR para cancelar",
    "Antworten Sie mit STOPP um sich abzumelden",
    "Rispondi STOP per annullare",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_that_is_quoted_does_not_count(footer):
    assert classify(footer) is NONE
    assert classify(f"What does this mean? “{footer}”") is NONE
    assert classify(f"{footer}\nstop texting me") is OPT_OUT


def test_what_we_wrote_does_not_count_when_it_is_quoted():
    ours = "To hear no more from us, write stop texting me. Bikes, 5 Main St"
    text = f"You wrote: “{ours}” Can I come on Monday?"
    assert classify(text) is not NONE
    assert classify(text, ours=["Hello", ours]) is NONE
    assert classify("stop texting me", ours=["stop"]) is OPT_OUT


def test_a_reaction_to_a_text_of_ours_does_not_count():
    assert classify("Liked “Please stop texting me, said nobody”") is NONE
    assert classify("Disliked “Sale! Stop sending us your money”") is NONE


# ------------------------------------------------------------
# HOW IT READS
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("STOOOP!!!", ". stop . "),
        ("ＳＴＯＰ", ". stop . "),
        ("Désabonnez-moi", ". desabonnez moi . "),
        ("Don’t text me :(", ". dont text me . "),
        ("s.t.o.p", ". stop . "),
        ("$3.50 by 10:30?", ". 3.50 by 10:30 ? "),
        ("I am not Maria", ". i am not maria~ . "),
        ("\0\u200b", ". "),
    ],
)
def test_a_text_is_read_as_plain_words(text, normal):
    assert normalise(text) == normal


def test_the_finding_says_which_rule_and_words():
    finding = judge("Hello! Please stop texting me at once, Maria")
    assert finding.rule == "en_stop_texting_me"
    assert finding.language == "en"
    assert finding.words == "please stop texting me"


def test_a_long_text_is_for_a_person():
    story = "We had a lovely summer at the lake and came home last week. " * 12
    assert classify(story) is NONE
    assert classify(f"{story} Please stop texting me.") is REVIEW


def test_the_beginning_and_the_end_of_a_huge_text_are_read():
    huge = "lorem ipsum dolor " * 20_000
    assert classify(huge) is NONE
    assert classify(f"{huge}. Take me off your list") is REVIEW


@given(st.text())
@example("")
@example("🛑" * 5000)
@example("stop " * 8000)
@example("((((" * 4000)
@example("a" * 16_000)
@example("please don't stop texting me, " * 600)
@example("\u202eSTOP\u202c")
@example("\ud800")
def test_any_text_is_read(text):
    assert classify(text) in Intent
    assert classify(text, ours=[text]) in Intent


# ------------------------------------------------------------
# THE CORPUS
# ------------------------------------------------------------


def _corpus():
    rows = []
    for path in sorted(CORPUS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


ROWS = _corpus()
INNOCENT = [row["text"] for row in ROWS if row["expected"] == "none"]
SENTENCES = {
    language: [
        row["text"]
        for row in ROWS
        if (row["language"], row["expected"]) == (language, "none")
        and len(row["text"].split()) > 3
    ]
    for language in EXACT
}
HARMLESS = "we will bring two blue chairs on Friday at ten if it does rain".split()


def test_the_corpus_is_large_and_half_of_it_are_traps():
    assert len(ROWS) >= 1200
    assert len(INNOCENT) * 2 >= len(ROWS)
    assert {row["language"] for row in ROWS} == set("en es fr pt de it".split())


def test_every_certain_one_of_the_corpus_is_found():
    certain = [row["text"] for row in ROWS if row["expected"] == "opt_out"]
    assert [text for text in certain if classify(text) is not OPT_OUT] == []


def test_no_innocent_one_of_the_corpus_is_taken_for_an_opt_out():
    harmed = {Intent.OPT_OUT, Intent.WRONG_PERSON, Intent.OPT_IN}
    assert [text for text in INNOCENT if classify(text) in harmed] == []


def test_at_most_one_innocent_one_in_a_thousand_is_asked_about():
    asked = [text for text in INNOCENT if classify(text) is REVIEW]
    assert len(asked) <= len(INNOCENT) / 1000, asked


def test_the_others_of_the_corpus_are_what_they_are():
    others = [row for row in ROWS if row["expected"] not in ("opt_out", "none")]
    wrong = [row for row in others if classify(row["text"]) != row["expected"]]
    assert wrong == []


def _inside(sentence, word):
    """The sentence with the word at each place within."""
    words = sentence.split()
    for at in range(1, len(words)):
        yield " ".join([*words[:at], word, *words[at:]])


@pytest.mark.parametrize("language", sorted(set(EXACT) - {"nl"}))
def test_an_exact_word_within_an_innocent_sentence_never_opts_out(language):
    words = {*EXACT[language].split(", "), *EXACT["en"].split(", ")}
    taken = [
        text
        for sentence in SENTENCES[language]
        for word in sorted(words)
        if " " not in word
        for text in _inside(sentence, word)
        if classify(text) is OPT_OUT
    ]
    assert taken == []


@given(st.lists(st.sampled_from(HARMLESS), min_size=4, max_size=12), st.data())
def test_an_exact_word_within_any_harmless_words_never_opts_out(words, data):
    word = data.draw(st.sampled_from(EXACT_WORDS))
    at = data.draw(st.integers(1, len(words) - 1))
    text = " ".join([*words[:at], word.upper(), *words[at:]])
    assert classify(text) is not OPT_OUT


# ------------------------------------------------------------
# THE DATA
# ------------------------------------------------------------


def test_what_is_shipped_has_unique_names_and_known_kinds():
    rows = shipped_rows()
    assert len({row.id for row in rows}) == len(rows)
    assert {row.kind for row in rows} <= {kind.value for kind in Kind}
    meant = {row.intent for row in rows if row.kind != Kind.LIST}
    assert meant <= {intent.value for intent in Intent}


def test_every_phrase_that_is_shipped_can_be_compiled():
    phrases = compiled(shipped_rows())
    everything = frozenset(
        word for row in shipped_rows() for word in normalise(row.text).split()
    )
    for kind in Kind:
        for phrase in phrases.of(kind, everything):
            assert phrase.pattern.search(". ") is None, phrase.row.id


def _meaning(text, *phrases):
    rows = [
        Row(str(at), "en", intent, kind, phrase)
        for at, (kind, intent, phrase) in enumerate(phrases)
    ]
    return classify(text, compiled(tuple(rows)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("stop (this|all that)", "Stop all that"),
        ("stop [it] now", "stop now"),
        ("stop [it] now", "STOP IT NOW"),
        ("stop .. me", "stop ever writing to me"),
        ("tell @ to stop", "tell Zebedee to stop"),
        ("stop before #", "stop before 10pm"),
        ("^ enough $", "Well. Enough!"),
        ("no more, really", "No more, really"),
        ("ne m'écrivez plus", "NE M’ECRIVEZ PLUS"),
        ("the end + my texts", "Of my texts, please: the end"),
    ],
)
def test_the_language_of_phrases(phrase, text):
    assert _meaning(text, ("phrase", "opt_out", phrase)) is OPT_OUT
    assert _meaning("see you there", ("phrase", "opt_out", phrase)) is NONE


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("stop (it", "bracket"),
        ("stop it)", "bracket"),
        ("stop [it", "bracket"),
        ("stop <no such list>", "list"),
        ("stop <nolist>", "list"),
        ("stop (it|)", "empty"),
        ("", "empty"),
        ("..", "empty"),
        ("[stop]", "empty"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase, reason):
    with pytest.raises(BadPhrase) as refused:
        compiled((Row("1", "en", "opt_out", "phrase", phrase),))
    assert refused.value.reason == reason


def test_lists_that_name_each_other_are_refused():
    lists = ("list", "", "one: <two>"), ("list", "", "two: <one>")
    with pytest.raises(BadPhrase):
        _meaning("stop", *lists, ("phrase", "opt_out", "<one>"))


PLAIN = ("list", "", "plain: please|end|all|my|texts|of|the|them")


def test_a_rule_of_any_order_counts_in_a_clause_that_speaks_of_nothing_else():
    rule = ("clause", "opt_out", "end + texts")
    assert _meaning("Of all my texts please the end", PLAIN, rule) is OPT_OUT
    assert _meaning("My texts end with a dinosaur", PLAIN, rule) is not OPT_OUT
    assert _meaning("Please end it, my texts", PLAIN, rule) is NONE


def test_what_names_no_texts_counts_only_where_something_else_does():
    topic = ("topic", "none", "texts")
    rows = PLAIN, topic, ("named", "opt_out", "end + them")
    assert _meaning("So many texts today. Please end them", *rows) is OPT_OUT
    assert _meaning("Please end them", *rows) is NONE


def test_a_rule_for_any_language_is_read_in_each_that_has_its_lists():
    rows = (
        Row("rule", "any", "opt_out", "phrase", "<ending> + <texts>"),
        Row("1", "en", "", "list", "ending: halt|drop"),
        Row("2", "en", "", "list", "texts: texts"),
        Row("3", "fr", "", "list", "ending: cessez|coupez"),
        Row("4", "fr", "", "list", "texts: textos"),
        Row("5", "de", "", "list", "texts: nachrichten"),
    )
    phrases = compiled(rows)
    assert judge("Halt the texts", phrases).language == "en"
    assert judge("Vos textos, coupez !", phrases)[:3] == (OPT_OUT, "rule", "fr")
    assert classify("cessez the texts", phrases) is not OPT_OUT
    with pytest.raises(BadPhrase):
        compiled((*rows, Row("6", "any", "opt_out", "phrase", "<ending> <nowhere>")))


def test_a_phrase_that_is_said_again_and_again_means_the_same():
    text = "Please don't stop texting me, " * 60
    assert classify(text) is NONE
    assert classify(text + ". Take me off your list") is REVIEW


def test_what_does_not_count_takes_what_it_overlaps():
    stop = ("phrase", "opt_out", "stop texting")
    assert _meaning("dont stop texting", stop) is OPT_OUT
    assert _meaning("dont stop texting", stop, ("phrase", "none", "dont stop")) is NONE
    longer = ("phrase", "opt_out", "if you dont stop texting")
    rows = stop, ("phrase", "none", "dont stop"), longer
    assert _meaning("If you don't stop texting", *rows) is OPT_OUT


def test_a_hint_is_doubtful_alone_and_certain_beside_another_doubt():
    hint = ("hint", "opt_out", "remove me")
    doubt = ("phrase", "review", "never signed up")
    assert _meaning("I guess remove me", hint, doubt) is REVIEW
    assert _meaning("I never signed up so remove me", hint, doubt) is OPT_OUT
