"""Tells a mere "Thanks!" after our last word from what still wants an answer.

Only what consists of nothing but such phrases is one. Whatever else is said, asked or
doubtful keeps them waiting: a look at a "Thanks!" costs a second, an overlooked
question costs a customer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MOST_LETTERS = 120  # whoever writes more has more to say
MOST_LIKED = 2000  # of a text of ours that a phone quotes with a thumb

# Each ends a conversation by itself, whatever we wrote, unless we asked something.
_PHRASES = {
    "en": """
        thank you|thank u|thanks|thanx|thankyou|thnx|thnks|thks|thx|tnx|ty|tysm|tyvm
        |thanks a lot|thanks a million|thanks a bunch|thanks a ton|many thanks
        |thank you kindly|cheers|much appreciated|appreciate it|appreciated
        |i appreciate it|i appreciate you|i appreciate your help
        |thanks for your help|thank you for your help|thanks for the help
        |thanks for your time|thank you for your time|thanks for the info
        |thanks for the update|thank you for the update|thanks for the quick reply
        |thanks for the quick response|thanks for letting me know
        |thank you for letting me know|thanks for everything
        |thanks for getting back to me
        |thanks for confirming|thank you for confirming|thanks for understanding
        |ok|okay|okey|okie|okie dokie|okey dokey|k|kk|oki|alright|all right|right on
        |great|perfect|excellent|awesome|wonderful|fantastic|amazing|lovely|brilliant
        |terrific|super|sweet|cool|nice|good|very good|all good|its all good|good stuff
        |that's great|that is great|that's perfect|that is perfect|that works
        |that works for me|works for me|that's fine|that is fine|sounds good
        |sounds great|sounds perfect|sounds like a plan|got it|gotcha|understood|noted
        |roger|roger that|copy that|will do|no problem|no problems|no prob|no worries|np
        |you're welcome|youre welcome|you are welcome|you are the best|you're the best
        |you rock|you are awesome|you're awesome|that's all|that is all|that's it
        |all set|we're all set|i'm all set|i am all set|all sorted
        |see you|see ya|see u|see you soon|see you then|see you there|see you later
        |see you tomorrow|see you tonight|see you next week|see you monday
        |see you tuesday|see you wednesday|see you thursday|see you friday
        |see you saturday|see you sunday|see you on monday|see you on tuesday
        |see you on wednesday|see you on thursday|see you on friday|see you on saturday
        |see you on sunday|talk soon|talk to you soon|talk later|ttyl|take care
        |bye|bye bye|goodbye|good bye|good night|goodnight|have a good one
        |have a good day|have a great day|have a nice day|have a lovely day
        |have a good night|have a great night|have a good evening|have a great evening
        |have a good weekend|have a great weekend|have a nice weekend
        |you too|u too|same to you|likewise|god bless|god bless you|bless you|lol|haha
    """,
    "es": """
        gracias|muchas gracias|muchisimas gracias|mil gracias|un millon de gracias
        |gracias por todo|gracias por su ayuda|gracias por tu ayuda|gracias por la ayuda
        |gracias por avisar|gracias por la informacion|gracias por su tiempo
        |te lo agradezco|se lo agradezco|muy amable|vale|de acuerdo|perfecto|perfect
        |genial|estupendo|excelente|fenomenal|buenisimo|listo|entendido|ok|okey|okay
        |esta bien|muy bien|bien|bueno|que bien|enterado|enterada|recibido|anotado
        |de nada|no hay de que|no hay problema|sin problema|sin problemas|igualmente
        |hasta luego|hasta pronto|hasta manana|hasta entonces|hasta el lunes
        |hasta el martes|hasta el miercoles|hasta el jueves|hasta el viernes
        |hasta el sabado|hasta el domingo|nos vemos|nos vemos manana|nos vemos luego
        |nos vemos alli|adios|chao|chau|un saludo|un abrazo|abrazos|besos
        |que tenga buen dia|que tengas buen dia
        |que tenga un buen dia|que tengas un buen dia|buen fin de semana|bendiciones
    """,
    "fr": """
        merci|merci beaucoup|mille mercis|merci bien|un grand merci|merci infiniment
        |merci pour tout|merci pour votre aide|merci pour ton aide
        |merci pour l'info|merci pour l'information|merci de votre aide
        |merci pour votre reponse|merci pour la reponse|merci a vous|merci a toi
        |d'accord|daccord|dac|ok|okay|parfait|super|genial|excellent|impeccable|nickel
        |top|tres bien|c'est parfait|c'est note|note|bien recu|bien note|entendu|compris
        |ca marche|ca me va|ca roule|pas de souci|pas de soucis|pas de probleme
        |de rien|je vous en prie|je t'en prie|avec plaisir
        |a bientot|a demain|a plus|a plus tard|a tout a l'heure|a tout de suite|a lundi
        |a mardi|a mercredi|a jeudi|a vendredi|a samedi|a dimanche|au revoir
        |bonne journee|bonne soiree|bonne nuit|bon week end|bon weekend|bisous
        |vous aussi|toi aussi|de meme|pareillement|cordialement|bien a vous
    """,
    "pt": """
        obrigado|obrigada|muito obrigado|muito obrigada|obg|brigado|brigada|obrigadao
        |obrigado pela ajuda|obrigada pela ajuda|obrigado por tudo|obrigada por tudo
        |obrigado pela informacao|obrigada pela informacao|valeu|agradeco|grato|grata
        |ok|okay|perfeito|otimo|excelente|maravilha|legal|beleza|blz|combinado
        |ta bom|ta bem|esta bem|esta bom|tudo bem|tudo certo|entendi|entendido|show
        |show de bola|joia|fechado|de nada|imagina|sem problema|sem problemas
        |igualmente|ate logo|ate mais|ate amanha|ate breve|ate ja|ate segunda|ate terca
        |ate quarta|ate quinta|ate sexta|ate sabado|ate domingo|tchau|adeus|abraco
        |abracos|um abraco|beijo|beijos|bom dia para voce|tenha um bom dia
        |um bom dia|otimo dia|bom fim de semana
    """,
    "de": """
        danke|vielen dank|danke schon|dankeschon|danke sehr|tausend dank|besten dank
        |herzlichen dank|lieben dank|vielen lieben dank|dank dir|danke dir|danke ihnen
        |danke euch|merci
        |danke fur die info|danke fur die hilfe|danke fur ihre hilfe
        |danke fur deine hilfe
        |danke fur die information|danke fur die ruckmeldung|danke fur die antwort
        |ok|okay|okey|oki|alles klar|alles gut|gut|sehr gut|super|prima|perfekt|klasse
        |toll|spitze|wunderbar|bestens|einverstanden|in ordnung|passt|passt so
        |das passt|passt gut|verstanden|geht klar|klingt gut|freut mich|notiert
        |kein problem|keine ursache|bitte schon|bitteschon|gerne|gern geschehen
        |gerne geschehen|gleichfalls|ebenso|ebenfalls|bis dann|bis bald|bis morgen
        |bis spater|bis gleich|bis montag|bis dienstag|bis mittwoch|bis donnerstag
        |bis freitag|bis samstag|bis sonntag|tschuss|tschuess|auf wiedersehen
        |schonen tag|schonen abend|schonen tag noch|einen schonen tag
        |einen schonen tag noch|schonen abend noch|schones wochenende|gute nacht
        |liebe grusse|viele grusse|mit freundlichen grussen|lg|vg|mfg
    """,
    "it": """
        grazie|grazie mille|mille grazie|molte grazie|tante grazie|grazie infinite
        |grazie di tutto|grazie per tutto|grazie per l'aiuto|grazie dell'aiuto
        |grazie per l'informazione|grazie a te|grazie a lei|grazie a voi|la ringrazio
        |ti ringrazio|vi ringrazio|molto gentile|gentilissimo|gentilissima|ok|okay
        |va bene|va benissimo|benissimo|bene|molto bene|perfetto|ottimo|fantastico
        |eccellente|d'accordo|capito|ricevuto|tutto chiaro|siamo d'accordo|prego
        |di nulla|di niente|figurati|si figuri|nessun problema|altrettanto
        |a presto|a domani|a dopo|a piu tardi|a lunedi|a martedi|a mercoledi|a giovedi
        |a venerdi|a sabato|a domenica|ci vediamo|ci vediamo domani|ci vediamo li
        |arrivederci|buona giornata|buona serata|buon weekend
        |buon fine settimana|saluti|cordiali saluti|un saluto|un abbraccio|baci
    """,
}
# Go along with those, and say nothing by themselves.
_FILLERS = """
    and|so|very|much|again|a|lot|all|both|guys|everyone|team|sir|maam|madam|miss|man
    |buddy|friend|dear|then|oh|ah|yay|for|now|really|too|to|you|yes|yeah
    |yep|yup|sure|absolutely|definitely|indeed|kindly|everybody
    |y|pues|si|claro|saludos|buenas|noches|senor|senora|amigo|amiga|a|usted|ustedes|ti|todos
    |tambien
    |et|oui|salut|bien|monsieur|madame|a|tous|vous|toi|alors
    |e|sim|certo|entao|boa|noite|muito|senhor|senhora|a|voces|voce|pra|vc
    |und|ja|dann|sehr|ihnen|euch|dir|auch|schon|vielmals|herr|frau|nochmal|nochmals
    |e|allora|ciao|signora|signore|a|tutti|molto|anche|davvero
"""
# Whoever ends with one of these goes on.
_OPEN_ENDS = frozenset("and so y pues et alors und e entao allora for to a".split())
_GOOD = frozenset(
    "👍👌🙏🙌👏🤝💪🫶🤙👋✅✔☑🆗💯🎉🥳🎊✨⭐🌟🌹🌺🌸💐"
    "❤♥💙💚💛💜🧡🖤🤍💕💖💗💓💞😊🙂😀😃😄😁😆😅😇🥰😍😘🤗😎🤩☺😉😂🤣"
)
_NEUTRAL = frozenset("\u200d\ufe0f\u20e3♂♀") | {chr(c) for c in range(0x1F3FB, 0x1F400)}
_MARKS = frozenset(" \t\n\r.!,;:-–—~*'\"’‘“”¡()")
_HARMLESS = _GOOD | _NEUTRAL | _MARKS
_ASKING = "?？؟¿⁇⁈⁉❓❔\u037e\u2e2e\u055e"
_TRAILING = re.compile(r"\.\s*\.|…")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ′＇"))
# What phones send for a heart or a thumb under a text of ours.
_LIKED = re.compile(
    r"""^\s*(?:liked|loved|(?:reacted\ )?[👍❤🙏😊👏]\ufe0f?\ to|a\ aim[ée]|aime|adore
      |le\ gust[óo]|le\ encant[óo]|gostou\ de|amou|gef[äa]llt|piace)
      \s*["“«„].*["”»“]\s*$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
# What asks for an answer without a question mark: "Reply YES to get one."
_INVITES = re.compile(
    r"\b(?:reply|respond|text us|text back|answer|confirm|antwort|best[äa]tig|r[ée]pond"
    r"|responda|responde|risponde|rispond|conferm|confirme)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


def _split(listing: str) -> frozenset[tuple[str, ...]]:
    phrases = listing.translate(_APOSTROPHES).split("|")
    return frozenset(tuple(phrase.split()) for phrase in phrases if phrase.strip())


_CLOSING = frozenset().union(*map(_split, _PHRASES.values()))
_ALONG = frozenset(word for (word,) in _split(_FILLERS))
_LONGEST = max(map(len, _CLOSING))


def is_closer(text: str, ours: str = "", names: Collection[str] = ()) -> bool:
    """Whether a text only thanks us, agrees or says goodbye.

    :param ours: what we wrote before; where it asks for something, even "ok" answers it
    :param names: of those whom they may greet, such as the colleague who wrote
    """
    if _asks(text) or _TRAILING.search(text) or _asks(ours) or _INVITES.search(ours):
        return False
    if _LIKED.match(text[:MOST_LIKED]):
        return True
    return len(text) <= MOST_LETTERS and _is_mere(_folded(text), _words_of(names))


def _is_mere(folded: str, names: set[str]) -> bool:
    signs = _WORD.sub("", folded)
    if any(sign not in _HARMLESS for sign in signs):
        return False
    words = _WORD.findall(folded)
    return _closing(words, names) if words else _is_good(signs)


def _is_good(signs: str) -> bool:
    return any(sign in _GOOD for sign in signs)


def _words_of(names: Collection[str]) -> set[str]:
    return {word for name in names for word in _WORD.findall(_folded(name))}


def _asks(text: str) -> bool:
    return any(sign in text for sign in _ASKING)


def _folded(text: str) -> str:
    """In small letters, without accents and without letters that go on and on."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    return _REPEATED.sub(r"\1", plain)


def _closing(words: list[str], names: set[str]) -> bool:
    """Whether words are closing phrases, at least one, and what goes along."""
    at, found, goes_on = 0, False, False
    while at < len(words):
        length = _phrase_at(words, at)
        if not length and words[at] not in _ALONG and words[at] not in names:
            return False
        found |= bool(length)
        goes_on = not length and words[at] in _OPEN_ENDS
        at += length or 1
    return found and not goes_on


def _phrase_at(words: list[str], at: int) -> int:
    """The length of the longest closing phrase that begins at a word, or 0."""
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        if tuple(words[at : at + length]) in _CLOSING:
            return length
    return 0
