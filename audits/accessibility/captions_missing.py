"""Captions say what is said in the film, to its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60
#: Seconds from which a film is no short clip; texts that are too few for it; the share of it that they fill at least.
_LONG, _FEW, _SHARE = 60, 2, 0.1
#: Where the last text stands later than this, the film is captioned to its end, however little is said in it.
_TO_ITS_END = 0.5
#: Says that there are no captions yet, or that somebody tried out how to write them.
_PLACEHOLDER = re.compile(
    r"""
    \W*(?:
    (?:the\ )?(?:captions?|subtitles?|transcript)\b.{0,40}?\b
      (?:coming\ soon|to\ come|to\ follow|pending|unavailable|not\ (?:yet\ )?available|in\ progress
      |will\ (?:be\ (?:added|available)|follow)|go\ here|placeholder).{0,30}
    | no\ (?:captions?|subtitles?)(?:\ (?:yet|available|for\ this\ (?:video|film)))? | coming\ soon
    | (?:captions?|subtitles?|test(?:ing)?|sample|placeholder|todo|tbd|untitled)
      (?:\ (?:text|captions?|track|file|\d+))?
    | lorem\ ipsum\b.*
    | (?:les\ )?(?:sous-titres?|transcription)\b.{0,40}?\b
      (?:à\ venir|bientôt|non\ disponibles?|pas\ (?:encore\ )?disponibles?|en\ préparation
      |seront\ (?:ajoutés|offerts)).{0,30}
    | (?:aucun|pas\ de)\ sous-titres?.{0,20} | (?:sous-titres?|essai|à\ venir|à\ faire)(?:\ \d+)?
    )\W*
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
#: A sound in brackets, or notes; and the sounds that say that there is music and nothing else.
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|[♪♫#*]+")
_MUSIC = re.compile(r"music|musique|instrumental|♪|♫", re.IGNORECASE)
#: Words in brackets that tell of speech, in the place of what is said.
_SPEECH = re.compile(
    r"\b(?:speak|spoken|speech|talk|voice|narrat|dialog|inaudible|indistinct|unintelligible|parl[eé]|voix|inintelligible)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


class CaptionsMissing(Check):
    """WCAG 1.2.2: axe-core asks whether there is a track; this, whether anything is in it."""

    rule = Rule(
        id="check/captions-missing",
        title="Captions of a film seem to be none, or to end early",
        why="People who do not hear the film turn its captions on and read nothing, or the first sentences alone.",
        fix="Write down all that is said, and sounds that matter, each with its time, to the end of the film.",
        title_fr="Les sous-titres d’un film semblent vides ou s’arrêter trop tôt",
        why_fr="Les personnes qui n’entendent pas le film activent les sous-titres et ne lisent rien, ou les premières "
        "phrases seulement.",
        fix_fr="Écrivez tout ce qui se dit, et les sons qui comptent, chacun à son moment, jusqu’à la fin du film.",
        impact=Impact.SERIOUS,
        criteria=("1.2.2",),
        references=("WCAG technique G87", "WCAG technique H95", "WCAG failure F8"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/captions-prerecorded",
        before="WEBVTT\n\n00:00.000 --> 00:04.000\nCaptions coming soon",
        after="WEBVTT\n\n00:00.000 --> 00:04.000\nGood morning. Today we sort what goes in the blue bin.\n\n"
        "00:04.500 --> 00:08.000\n[Glass breaks] Glass goes in the grey one.",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("captions",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=128)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is a film with captions that could be read."""
        return any(film["tracks"] for film in snapshot.artifacts["captions"]["films"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Films of whose tracks none can be what is said in them."""
        for film in snapshot.artifacts["captions"]["films"]:
            wrong = [self._wrong(film, track) for track in film["tracks"]]
            if film["unread"] or not wrong or not all(wrong):
                continue
            asks = f"{wrong[0]} Play the film with captions: is all that is said in them?"
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=_cut(asks, LONGEST),
                selector=self._redact(film["selector"]),
                # Masked before it is cut: half a number is not recognized any more.
                snippet=_cut(self._redact(film["html"]), LONGEST),
                part=Part(**film["part"]),
            )

    def _wrong(self, film: Fact, track: Fact) -> str:
        """What makes one doubt a track, in a sentence; "" = nothing."""
        seconds, texts = film["duration"], track["texts"]
        if not any(text.strip() for text in texts):
            return "The captions of this film have no text."
        if not track["more"]:
            if all(_PLACEHOLDER.fullmatch(text) for text in texts):
                return f"The captions of this film say “{_cut(self._redact(texts[0]), QUOTED)}” and nothing else."
            if all(_is_music(text) for text in texts) and (seconds is None or seconds > _LONG):
                return "The captions of this film name music and nothing else."
            if all(_is_sound(text) for text in texts) and any(_SPEECH.search(text) for text in texts):
                return "The captions of this film say that people speak, and no word of theirs."
        few = track["cues"] <= _FEW
        says = f"are {_texts(track)}, and end after {track['last']:.0f} s."
        if seconds is None:
            return f"The captions of this film {says}" if few else ""
        if seconds <= _LONG:
            return ""
        ends_early = track["last"] < _TO_ITS_END * seconds
        if few or (track["seconds"] < _SHARE * seconds and ends_early):
            return f"The captions of this film of {seconds:.0f} s {says}"
        return ""


def _is_music(text: str) -> bool:
    return bool(_MUSIC.search(text)) and not _WORD.search(_MUSIC.sub(" ", _SOUND.sub(" ", text)))


def _is_sound(text: str) -> bool:
    return not _WORD.search(_SOUND.sub(" ", text))


def _texts(track: Fact) -> str:
    return "one text" if track["cues"] == 1 else f"{track['cues']} texts"


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
