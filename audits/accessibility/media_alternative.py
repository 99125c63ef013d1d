"""Sound and film have their words in writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_TRANSCRIPT = re.compile(
    r"transcri(?:pt|ption)|following (?:speech|text|words)"
    r"|text version|text alternative|described video|audio description|version texte|version écrite"
    r"|vidéodescription|audiodescription|transcrit",
    re.IGNORECASE,
)
_CAPTIONS = re.compile(r"\bcaption(?:s|ed|ing)?\b|subtitle|sous-titr", re.IGNORECASE)
#: Files of sound and of film that a link leads to; an .ogg is mostly sound.
_SOUND = re.compile(r"[^?#]+\.(?:mp3|wav|m4a|ogg|oga|aac|flac|wma)(?:[?#]|$)", re.IGNORECASE)
_FILM = re.compile(r"[^?#]+\.(?:mp4|m4v|webm|ogv|mov|wmv|avi|mpe?g)(?:[?#]|$)", re.IGNORECASE)
_DESCRIBED = frozenset({"descriptions"})


class MediaAlternative(StructureCheck):
    """WCAG 1.2.1 to 1.2.3: one question a page for films of elsewhere, one for sound, one for films of its own."""

    rule = Rule(
        id="check/media-alternative",
        title="Sound or film may have no alternative in writing",
        why="People who are deaf miss what is said, people who are blind miss what is only shown, and nobody can "
        "search it.",
        fix="Offer correct captions, and a transcript that tells what is said and shown, linked beside the player.",
        title_fr="Le son ou le film n’a peut-être pas d’équivalent écrit",
        why_fr="Les personnes sourdes perdent ce qui se dit, les personnes aveugles ce qui est seulement montré, et "
        "personne ne peut y chercher.",
        fix_fr="Offrez des sous-titres exacts, et à côté du lecteur le lien vers une transcription de ce qui se dit "
        "et se voit.",
        impact=Impact.SERIOUS,
        criteria=("1.2.1", "1.2.2", "1.2.3", "1.2.5"),
        help_url="https://www.w3.org/WAI/media/av/",
        before='<audio controls src="council.mp3"></audio>',
        after='<audio controls src="council.mp3"></audio>\n<a href="council.html">Transcript of the meeting</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("media",)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Players, and links to what opens in one."""
        frames = snapshot.artifacts["structure"]["frames"]
        return super().applies_to(snapshot) or any(
            _SOUND.match(link["url"]) or _FILM.match(link["url"]) for frame in frames for link in frame["links"]
        )

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each kind of medium."""
        written = any(_TRANSCRIPT.search(link["name"]) for link in frame["links"]) or any(
            _TRANSCRIPT.search(block["text"]) for block in frame["blocks"]
        )
        media = frame["media"]
        if embedded := [one for one in media if one["kind"] == "embed"]:
            providers = ", ".join(sorted({one["provider"] for one in embedded}))
            message = (
                f"The page embeds {_count(embedded, 'video')} from {providers}. Play it: are there correct captions "
                "(not only automatic ones), and is what is only shown told in words?"
            )
            yield self.found(frame, embedded[0], message)
        if written:
            return
        if heard := [one for one in media if one["kind"] == "audio" and not one.get("described")]:
            message = (
                f"The page has {_count(heard, 'sound recording')} and no word of a transcript. Is what is said written "
                "somewhere on the page or linked beside the player?"
            )
            yield self.found(frame, heard[0], message)
        if seen := [one for one in media if _is_film(one)]:
            message = (
                f"The page has {_count(seen, 'video')} and no word of a transcript or a description. "
                "Is what is only shown told in words?"
            )
            if all(set(one["tracks"]) & _DESCRIBED for one in seen):
                message = (
                    f"The page has {_count(seen, 'video')} with a track of descriptions, which no browser reads out by "
                    "itself. Play it: does the player, or a second version, speak them?"
                )
            yield self.found(frame, seen[0], message)
        yield from self._linked(frame, heard=bool(heard), seen=bool(seen))

    def _linked(self, frame: Fact, *, heard: bool, seen: bool) -> Iterator[Finding]:
        """What a link opens in the browser's own player, where nothing was asked of its kind yet."""
        if not heard and (sounds := [link for link in frame["links"] if _SOUND.match(link["url"])]):
            message = (
                f"The page links to {_count(sounds, 'sound recording')} and has no word of a transcript. Is what is "
                "said written somewhere, and linked beside the recording?"
            )
            yield self.found(frame, sounds[0], message)
        films = [link for link in frame["links"] if _FILM.match(link["url"])]
        told = any(_CAPTIONS.search(f"{link['name']} {link['context'] or ''} {link['more']}") for link in films)
        if not seen and films and not told:
            message = (
                f"The page links to {_count(films, 'video')} and has no word of captions or a transcript. Play it: are "
                "there correct captions, and is what is only shown told in words?"
            )
            yield self.found(frame, films[0], message)


def _is_film(one: Fact) -> bool:
    """axe-core asks for captions. Moving decoration is none."""
    return one["kind"] == "video" and not one["silent"] and one["source"] and not one["described"]


def _count(media: list[Fact], one: str) -> str:
    return f"a {one}" if len(media) == 1 else f"{len(media)} {one}s"
