"""The language of a page and of its parts is what its code says: a voice reads French with French sounds only then.

Whether a language is said at all, and whether it exists, is axe-core's to say. Here a detector reads what is long
enough to be sure of; names of people and places, lists, addresses and code are left out: they speak no language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from audits.accessibility._structure import cut
from audits.check import Check, worst
from audits.model import FRAME_STEP, Finding, Impact, Outcome, Part, Rule, Snapshot, Verdict

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LANGUAGES = """
    ar bn cs de el en es fa fr gu he hi hu it ja ko la nl pa pl pt ro ru sk so sr sw ta te th tl tr uk ur vi zh
"""
#: What people write to a city in, and Latin: filler text is no language, and nobody is to be asked about it.
LANGUAGES = tuple(_LANGUAGES.split())
FILLER = "la"
#: A stretch shorter than this is a name, a menu entry, a slogan.
WORDS, CHARACTERS = 20, 120
#: How sure the detector must be, and how unlikely what the code says.
SURE, UNLIKELY = 0.97, 0.01
#: Characters in another language from which a page, or a part that says a language, is wrong beyond doubt.
LONG = 400
#: Shares of a page's text from which it is written in another language, and from which a person is asked.
MOST, MUCH = 0.9, 0.5
#: A detector's time is by length, and more would not make it surer.
READ = 400
#: Places told of one page; they come of one cause.
TOLD = 8
#: Questions about passages in one language; more are one question.
ASKED = 3

NAMES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pa": "Punjabi", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "so": "Somali", "sr": "Serbian",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

_ENGLISH = "the of and to in is for with that this are be on by you your we our from have has will it as at or if"
_FRENCH = "le la les des et de du un une est pour dans sur que qui vous nous votre au aux avec ou ce"
#: Small words that stand in every long text of a language and in no other's. They only ever acquit: text full of its
#: own language's is not shown to the detector.
_SMALL = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
_ACQUITS = 0.2
#: Share from which short texts together speak a language; and words from which one of them counts.
_SPEAKS, SENTENCE = 0.15, 4
#: Words of a whole page from which it speaks.
_FEW = 12
#: Where names stand.
_NAMING = frozenset({"td", "th", "dt", "option", "figcaption", "caption"})
#: Where a text without a verb is more than a name.
_TELLING = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "img"})
#: The same for one sentence, a heading, a quotation: more words, without those that both languages know.
_LITTLE_ENGLISH = """
    the of to and is for with that this these those be been by you your our we us from have has will it its at if not
    are was were only any all before after about when where what who how can may must should please more
"""
_LITTLE_FRENCH = """
    le la les des de du un une est sont pour dans sur qui que vous nous votre vos notre nos au aux avec ou ce cette ces
    et en par pas plus sera seront aussi il elle ils elles leur leurs d l qu n s c j être avant après chaque veuillez si
"""
#: Those that join names: “Centre de la petite enfance”, “Parks of the Bay”.
_JOINING_WORDS = "le la les des de du d l au aux et en un une of the to for and with in at"
_JOINING = frozenset(_JOINING_WORDS.split())
_LITTLE = {"en": frozenset(_LITTLE_ENGLISH.split()), "fr": frozenset(_LITTLE_FRENCH.split())}
#: Words that are no small ones, and not the name of anybody, from which a short text speaks.
_SENSE = 2
#: What a control says on a page of the other language.
_CONTROLS = {
    "en": re.compile(
        r"(?:submit|search|send|read more|learn more|see more|view all|click here|next|previous|back|home|sign in"
        r"|log in|sign up|register|download|close|cancel|continue|save|contact us|print this page|find out more"
        r"|skip to (?:main )?content|apply now|book now|pay now|add to cart|select all|choose file|show more)"
        r"(?: (?:your|the|my|this|an?|all)(?: \w+){1,2}| form| now| here| page)?",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"(?:soumettre|rechercher|envoyer|en savoir plus|lire la suite|voir plus|cliquez ici|suivant|précédent|retour"
        r"|accueil|se connecter|ouvrir une session|s['’]inscrire|télécharger|fermer|annuler|enregistrer|nous joindre"
        r"|contactez-nous|imprimer cette page|aller au contenu(?: principal)?|payer maintenant|ajouter au panier)"
        r"(?: (?:votre|la|le|les|ma|mon|cette|vos)(?: \w+){1,2})?",
        re.IGNORECASE,
    ),
}
#: Letters of other scripts, and how many of them are more than somebody's name.
_SCRIPTS = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u1200-\u137f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_FOREIGN = 6
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
#: Words from which a detector is asked about a short text, and how sure it must be of one.
_SOME, _SURER = 6, 0.995
#: Pairs that are one language to a detector, or written alike.
_ALIKE = (
    frozenset({"cs", "sk"}),
    frozenset({"ru", "uk", "sr"}),
    frozenset({"fa", "ur", "ar"}),
    frozenset({"es", "pt"}),
)
#: Codes that mean a language of ours.
_CODES = {"fil": "tl", "iw": "he", "cmn": "zh", "yue": "zh", "eng": "en", "fra": "fr", "fre": "fr"}

_BLOCK_NAMES = """
    article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup label legend li main menu nav ol p search section summary table tbody td
    tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
#: What sets words apart within a block; how many are looked at, and words from which they are more than a name.
_QUOTING = frozenset({"q", "em", "i", "cite", "span", "strong", "b"})
_MOST_INNER, _APART = 200, 5
_SILENT_NAMES = """
    address code datalist head kbd math option pre samp script select style svg template textarea time var
"""
_SILENT = frozenset(_SILENT_NAMES.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Scripts that put no spaces between words, or whose words say nothing about case.
_UNCASED = re.compile(r"[\u0590-\u0fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPACE = re.compile(r"\s+")
_UNSAID = "-"
#: What a person does about a passage; how many others are like it stands before.
_ASKS = "Listen to it"
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]*")

PAGE = Rule(
    id="check/page-language",
    title="Page is written in another language than its code says",
    why="A screen reader chooses its voice by the code: French read with English sounds cannot be understood.",
    fix="Set the lang attribute of the <html> element to the language that the page is written in.",
    title_fr="La page est écrite dans une autre langue que celle de son code",
    why_fr="Le lecteur d’écran choisit sa voix d’après le code : du français lu avec des sons anglais ne se comprend "
    "pas.",
    fix_fr="Donnez à l’attribut lang de l’élément <html> la langue dans laquelle la page est écrite.",
    impact=Impact.SERIOUS,
    criteria=("3.1.1",),
    help_url="https://www.w3.org/WAI/WCAG22/Understanding/language-of-page",
    before='<html lang="en"> … <p>La piscine est fermée.</p>',
    after='<html lang="fr"> … <p>La piscine est fermée.</p>',
)
PARTS = Rule(
    id="check/part-language",
    title="Passage in another language is not marked as such",
    why="A screen reader goes on in the page’s voice: a passage in another language becomes noise.",
    fix="Put a lang attribute with the passage’s language on the element around it.",
    title_fr="Un passage dans une autre langue n’est pas marqué",
    why_fr="Le lecteur d’écran garde la voix de la page : un passage dans une autre langue devient du bruit.",
    fix_fr="Mettez sur l’élément qui l’entoure un attribut lang avec la langue du passage.",
    impact=Impact.MODERATE,
    criteria=("3.1.2",),
    help_url="https://www.w3.org/WAI/WCAG22/Understanding/language-of-parts",
    before="<p>La piscine est fermée jusqu’à mardi.</p>",
    after='<p lang="fr">La piscine est fermée jusqu’à mardi.</p>',
)


@dataclass(slots=True)
class Stretch:
    """The text of one block, and the language that the code gives it."""

    element: LexborNode = field(repr=False)
    text: str = field(repr=False)
    said: str
    holder: LexborNode | None = field(repr=False)  # who says it; None = the page
    spoken: str = ""  # what the detector is sure of; "" = of nothing
    together: bool = False  # short texts of a page that has no long one
    short: bool = False  # a sentence, a heading, the alternative of a picture


class Language(Check):
    """WCAG 3.1.1 and 3.1.2, of every frame of a page."""

    needs: ClassVar[tuple[str, ...]] = ("document",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Of the page, and of its parts."""
        return {PAGE.id: PAGE, PARTS.id: PARTS}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Read once, judge twice."""
        pages, parts = list[Finding](), list[Finding]()
        seen = False
        for frame in snapshot.artifacts["document"]["frames"]:
            page = LexborHTMLParser(frame["html"])
            stretches, rest = _read(page)
            seen = seen or bool(stretches)
            whole = list(self._whole(page, stretches, rest, frame["frame"]))
            pages += whole
            parts += self._parts(stretches, frame["frame"], told=bool(whole))
        for rule, findings in ((PAGE, tuple(pages)), (PARTS, tuple(parts[:TOLD]))):
            verdict = worst(findings) if seen else Verdict.INAPPLICABLE
            yield Outcome(rule=rule.id, verdict=verdict, findings=findings)

    def _whole(
        self, page: LexborHTMLParser, stretches: Sequence[Stretch], rest: str, frame: Sequence[str]
    ) -> Iterator[Finding]:
        """``rest``: the texts that are too short to be told alone. One passage does not speak for all of them."""
        own = [one for one in stretches if one.holder is None and one.spoken and not one.short]
        said = own[0].said if own else ""
        size = sum(len(stretch.text) for stretch in own)
        by_language: dict[str, int] = {}
        for stretch in own:
            by_language[stretch.spoken] = by_language.get(stretch.spoken, 0) + len(stretch.text)
        other = max((code for code in by_language if code != said), key=lambda code: by_language[code], default="")
        html = page.css_first("html")
        if not other or html is None or by_language[other] < MUCH * size:
            return
        sure = by_language[other] >= MOST * size and by_language[other] >= LONG and not own[0].together
        if not sure and len(_WORD.findall(rest)) >= _FEW and _acquits(rest, said, _SPEAKS):
            return
        message = f"The code says {NAMES[said]}, and what is written here is {NAMES[other]}"
        yield Finding(
            rule=PAGE.id,
            verdict=Verdict.FAIL if sure else Verdict.REVIEW,
            message=f"{message}."
            if sure
            else f"{message}, as far as can be told. Read the page and see which language most of it is written in.",
            selector=FRAME_STEP.join([*frame, "html"]),
            snippet=f'<html lang="{_attribute(html, "lang")[:20]}">',
        )

    def _parts(self, stretches: Sequence[Stretch], frame: Sequence[str], *, told: bool) -> Iterator[Finding]:
        """One finding for stretches that stand together; a page in another language is told as a whole."""
        wrong = [
            stretch
            for stretch in stretches
            if stretch.spoken not in ("", stretch.said) and not (told and stretch.holder is None)
            if not stretch.together
        ]
        asked: dict[tuple[str, str], list[Finding]] = {}
        for element, group in _together(wrong, stretches):
            finding = self._found(element, group, frame)
            if finding.verdict is Verdict.FAIL:
                yield finding
            else:
                asked.setdefault((group[0].said, group[0].spoken), []).append(finding)
        for alike in asked.values():
            # So many are one matter: whoever marks the first sees the others.
            if len(alike) > ASKED:
                others = f"({len(alike)} such passages here.) {_ASKS}"
                alike = [replace(alike[0], message=alike[0].message.replace(_ASKS, others, 1))]
            yield from alike

    def _found(self, element: LexborNode, group: Sequence[Stretch], frame: Sequence[str]) -> Finding:
        first, size = group[0], sum(len(stretch.text) for stretch in group)
        said, spoken = NAMES[first.said], NAMES[first.spoken]
        sure = first.holder is not None and size >= LONG
        if first.holder is None and all(stretch.short for stretch in group):
            message = (
                f"“{cut(self._redact(first.text), 80)}” seems to be {spoken}, in a page that is {said} by its code. "
                f"{_ASKS}, and mark it when it is more than a name."
            )
        elif first.holder is None:
            message = (
                f"This is {spoken}, and nothing says so in a page that is {said} by its code. {_ASKS}, and mark it "
                "when it is more than a name, a title or a quoted word."
            )
        else:
            message = f"This is said to be {said}, and is {spoken}."
            message += "" if sure else f" {_ASKS}, and see which is right."
        return Finding(
            rule=PARTS.id,
            verdict=Verdict.FAIL if sure else Verdict.REVIEW,
            message=message,
            selector=FRAME_STEP.join([*frame, self._redact(_selector(element))]),
            snippet=self._redact(_snippet(element, first.text)),
            part=_part(element),
        )


def _read(page: LexborHTMLParser) -> tuple[list[Stretch], str]:
    """Every stretch that is long enough to tell, in the order of the page, and the page's other texts. Without
    recursion: pages nest deep.
    """
    root, body = page.css_first("html"), page.body
    if root is None or body is None:
        return [], ""
    said = _code(_attribute(root, "lang")) or ""
    pieces: dict[tuple[int, int], tuple[LexborNode, str, LexborNode | None, list[str]]] = {}
    inner: list[tuple[LexborNode, str, LexborNode | None]] = []
    stack: list[tuple[LexborNode, LexborNode, str, LexborNode | None]] = [(body, body, said, None)]
    while stack:
        node, block, said, holder = stack.pop()
        if node.tag == "-text":
            _, _, _, texts = pieces.setdefault(_key(block, holder), (block, said, holder, []))
            texts.append(node.text_content or "")
            continue
        name = node.tag or ""
        attributes = node.attributes
        if name == "img" and not _is_mute(attributes) and attributes.get("alt"):
            pieces[_key(node, holder)] = (node, said, holder, [attributes["alt"] or ""])
            continue
        if name.startswith(("-", "!")) or name in _SILENT or _is_mute(attributes):
            continue
        own = attributes.get("lang") if "lang" in attributes else attributes.get("xml:lang", _UNSAID)
        if own != _UNSAID and (node is not body or own):
            said, holder, block = _code(own or "") or "", node, node
        elif name in _BLOCKS:
            block = node
        elif name in _QUOTING and len(inner) < _MOST_INNER:
            inner.append((node, said, holder))
        children = list(node.iter(include_text=True))
        stack += [(child, block, said, holder) for child in reversed(children)]
    found, short = [], []
    for block, said, holder, texts in pieces.values():
        text = _SPACE.sub(" ", " ".join(texts)).strip()
        if said and block.tag != "img" and _is_prose(text):
            found.append(Stretch(block, text, said, holder, _spoken(text[:READ], said)))
            continue
        if said and (spoken := _spoken_shortly(text, said, block)):
            found.append(Stretch(block, text, said, holder, spoken, short=True))
        if said and holder is None and block.tag != "img":
            short.append(text)
    found += _quoted(inner, found)
    if short and all(stretch.holder is not None or stretch.short for stretch in found):
        found += _together_short(body, ". ".join(short), _code(_attribute(root, "lang")) or "")
    return found, ". ".join(short)


def _quoted(inner: Sequence[tuple[LexborNode, str, LexborNode | None]], found: Sequence[Stretch]) -> Iterator[Stretch]:
    """What is set apart within a sentence: quoted, stressed. Not where its block is told already."""
    told = {stretch.element.mem_id for stretch in found if stretch.spoken not in ("", stretch.said)}
    for node, said, holder in inner:
        text = _SPACE.sub(" ", node.text()).strip()
        if not said or len(_WORD.findall(text)) < _APART or any(up.mem_id in told for up in _upwards(node)):
            continue
        if (spoken := _spoken_shortly(text, said, node)) and spoken != said:
            yield Stretch(node, text, said, holder, spoken, short=True)


def _spoken_shortly(text: str, said: str, block: LexborNode) -> str:
    """The language of a text that is too short for a detector, by its small words or its script; mostly ""."""
    foreign = len(_SCRIPTS.findall(text)) if said in _LITTLE else 0
    # Among names of languages stand a few in scripts of their own.
    if (
        foreign >= _FOREIGN
        and 2 * foreign >= sum(sign.isalpha() for sign in text)
        and (" " in text or _WIDE.search(text))
    ):
        best, _ = _ranked(text)
        return best if best not in (said, FILLER) else ""
    words = _WORD.findall(text.replace("’", "'"))
    if said in _LITTLE:
        other = "fr" if said == "en" else "en"
        if _CONTROLS[other].fullmatch(text):
            return other
        if len(words) >= SENTENCE and _speaks(words, other, said, named=block.tag not in _TELLING):
            return other
    small = sum(word[0].islower() for word in words)
    # German writes its nouns with capitals.
    if len(words) < _SOME or small < 0.5 * len(words) or block.tag in _NAMING:
        return ""
    if any(word.lower() in _LITTLE.get(said, ()) for word in words):
        return ""
    best, ranked = _ranked(text)
    if best in (said, FILLER) or ranked[best] < _SURER or any({best, said} <= alike for alike in _ALIKE):
        return ""
    return best


def _speaks(words: Sequence[str], other: str, said: str, *, named: bool) -> bool:
    """Small words of one language and none of the other, around words that are nobody's name.

    ``named``: names are likely here, which have articles and no verbs.
    """
    pieces = [piece for word in words for piece in re.split(r"['’-]", word) if piece]
    lower = [piece.lower() for piece in pieces]
    if any(word in _LITTLE[said] for word in lower):
        return False
    others = [word for word in lower if word in _LITTLE[other]]
    if len(others) < 2 or len(others) < 0.2 * len(lower):
        return False
    sense = {word for word in pieces if word[0].islower() and len(word) > 2 and word not in _LITTLE[other]}
    if all(word in _JOINING for word in others):
        return not named and len(sense) > _SENSE
    return len(sense) >= _SENSE


def _together_short(body: LexborNode, text: str, said: str) -> Iterator[Stretch]:
    """What a page without a paragraph says in list items and short sentences. Names are no language: its small words
    must speak one, and not its own.
    """
    other = {"en": "fr", "fr": "en"}.get(said, "")
    spoken = _spoken(text[:READ], said) if len(text) >= 2 * CHARACTERS and _is_prose(text) else ""
    if spoken in _SMALL and said in _SMALL and spoken != said:
        share = _small_words(text)
        spoken = spoken if share[spoken] >= _SPEAKS and share[said] <= _SPEAKS / 3 else ""
    if (
        not spoken
        and other
        and len(_WORD.findall(text)) >= _FEW
        and _speaks(_WORD.findall(text), other, said, named=True)
    ):
        spoken = other
    if spoken:
        yield Stretch(body, text, said, None, spoken, together=True)


def _key(block: LexborNode, holder: LexborNode | None) -> tuple[int, int]:
    return block.mem_id, holder.mem_id if holder is not None else 0


def _is_mute(attributes: Mapping[str, str | None]) -> bool:
    if "data-hr-hidden" in attributes or attributes.get("translate") == "no":
        return True
    return "notranslate" in (attributes.get("class") or "").split()


def _code(value: str) -> str | None:
    """One of our languages by its code; None for any other, of which nothing is judged."""
    primary = value.strip().lower().partition("-")[0]
    primary = _CODES.get(primary, primary)
    return primary if primary in NAMES else None


def _is_prose(text: str) -> bool:
    """Long enough, and sentences: what is mostly capitals and numbers is a list of names."""
    if _UNCASED.search(text):
        return len(text) >= CHARACTERS / 2
    if len(text) < CHARACTERS:
        return False
    words = _WORD.findall(text)
    small = sum(word[0].islower() for word in words)
    return len(words) >= WORDS and small >= 0.6 * len(words) and 4 * len("".join(words)) >= 2.6 * len(text)


@lru_cache(maxsize=8192)
def _known(text_hash: int, text_length: int) -> dict[str, str]:
    """A place for what was found of a text, which itself is not kept."""
    return {}


def _spoken(text: str, said: str) -> str:
    """The language of a text when it is sure; headers and footers are the same on every page."""
    if _acquits(text, said):
        return said
    known = _known(hash(text), len(text))
    if said not in known:
        known[said] = _told(text, said)
    return known[said]


def _acquits(text: str, said: str, least: float = _ACQUITS) -> bool:
    if said not in _SMALL:
        return False
    share = _small_words(text)
    return share[said] >= least and share[said] >= 2 * max(share[code] for code in share if code != said)


def _small_words(text: str) -> dict[str, float]:
    """By language, the share of words that are small words of it."""
    words = [word.lower() for word in _WORD.findall(text.replace("’", "'"))]
    words = [part for word in words for part in word.split("'")]
    return {code: sum(word in small for word in words) / max(1, len(words)) for code, small in _SMALL.items()}


def _told(text: str, said: str) -> str:
    best, ranked = _ranked(text)
    if best == said:
        return said
    if best == FILLER or ranked[best] < SURE or ranked[said] > UNLIKELY:
        return ""
    return "" if any({best, said} <= alike for alike in _ALIKE) else best


def _ranked(text: str) -> tuple[str, Mapping[str, float]]:
    """The likeliest language, and how likely each is."""
    ranked: dict[str, float] = dict(_detector().rank(text))
    return max(ranked, key=lambda code: ranked[code]), ranked


@lru_cache(maxsize=1)
def _detector() -> LanguageIdentifier:
    """Loaded with the first text that needs it: most pages need none."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(LANGUAGES)
    return detector


def _together(wrong: Sequence[Stretch], stretches: Sequence[Stretch]) -> Iterator[tuple[LexborNode, Sequence[Stretch]]]:
    """Stretches in one language, and the element around them that holds nothing in another."""
    right = {
        up.mem_id for stretch in stretches if stretch.spoken in ("", stretch.said) for up in _upwards(stretch.element)
    }
    groups: dict[tuple[int, str, str], tuple[LexborNode, list[Stretch]]] = {}
    for stretch in wrong:
        outer = stretch.element
        for up in _upwards(stretch.element):
            # Nothing is known of the short texts beside it.
            if up.mem_id in right or up.tag in ("body", "html") or stretch.short:
                break
            outer = up
            if stretch.holder is not None and up.mem_id == stretch.holder.mem_id:
                break
        groups.setdefault((outer.mem_id, stretch.said, stretch.spoken), (outer, []))[1].append(stretch)
    for outer, group in groups.values():
        holder = group[0].holder
        whole = holder is not None and holder.mem_id == outer.mem_id
        yield (outer if whole else _common([stretch.element for stretch in group])), group


def _upwards(node: LexborNode) -> Iterator[LexborNode]:
    up: LexborNode | None = node
    while up is not None and up.tag != "-document":
        yield up
        up = up.parent


def _common(nodes: Sequence[LexborNode]) -> LexborNode:
    paths = [[up.mem_id for up in _upwards(node)] for node in nodes]
    shared = set(paths[0]).intersection(*paths[1:])
    return next(up for up in _upwards(nodes[0]) if up.mem_id in shared)


def _selector(element: LexborNode) -> str:
    steps: list[str] = []
    for up in _upwards(element):
        element_id = up.attributes.get("id") or ""
        if _PLAIN_ID.fullmatch(element_id):
            return " > ".join([f"#{element_id}", *reversed(steps)])
        if up.tag in ("body", "html"):
            return " > ".join([up.tag, *reversed(steps)])
        same, before = 0, up.prev
        while before is not None:
            same += before.tag == up.tag
            before = before.prev
        steps.append(f"{up.tag}:nth-of-type({same + 1})")
    return " > ".join(reversed(steps))


def _part(element: LexborNode) -> Part:
    for up in _upwards(element):
        if named := up.attributes.get("data-hr-part"):
            key, _, name = named.partition("|")
            return Part(key=key, name=name or key)
    return Part()


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _snippet(element: LexborNode, text: str) -> str:
    kept: Any = {
        name: value for name, value in element.attributes.items() if value and name in ("id", "class", "lang", "role")
    }
    start = "".join(f' {name}="{value}"' for name, value in kept.items())
    return f"<{element.tag}{start}>{text[:120]}…"[:300]
