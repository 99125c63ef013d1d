"""Pictures in documents that tell more than they show: where they were taken, what was cut away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.check import FILE, WHOLE, Check
from audits.model import Finding, Impact, Kind, Rule, Snapshot, Verdict

#: Places that are told; those beyond are counted in the last.
MOST = 20


class _Pictures(Check):
    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Only pictures that say something are facts: of others there is nothing to pass."""
        return bool(snapshot.artifacts[FILE].get("pictures"))

    def told(self, pictures: list[Mapping[str, Any]], what: str) -> Iterator[Finding]:
        """The first of them, each by its place."""
        assert self.rule is not None
        for number, one in enumerate(pictures[:MOST], start=1):
            more = f" {len(pictures) - MOST} more pictures do." if number == MOST and len(pictures) > MOST else ""
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=what.format(*(one["gps"] or ())) + more,
                selector=one["at"],
                impact=self.rule.impact,
                part=WHOLE,
            )


class PicturePosition(_Pictures):
    """The position is kept to a hundredth of a degree, about a kilometre: never more exact."""

    rule = Rule(
        id="privacy/picture-position",
        title="Picture in a document says where it was taken",
        why="Cameras write the position into pictures. It may be where somebody lives, and anyone can read it.",
        fix="Take the position out of the picture, put it in again, and publish the document again.",
        title_fr="Une image du document dit où elle a été prise",
        why_fr="Les appareils inscrivent la position dans les images. C’est peut-être là où quelqu’un habite, et "
        "n’importe qui peut la lire.",
        fix_fr="Retirez la position de l’image, remettez celle-ci, et publiez le document de nouveau.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 2(1)", "MFIPPA s. 32"),
        help_url="https://www.ontario.ca/laws/statute/90m56",
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each picture."""
        placed = [one for one in snapshot.artifacts[FILE]["pictures"] if one.get("gps")]
        yield from self.told(
            placed, "The picture was taken near {:.2f}, {:.2f}. Is that a public place, or somebody’s home?"
        )


class PictureThumbnail(_Pictures):
    """Other proportions mean that the picture was cut to size after it was taken, and its small version was not."""

    rule = Rule(
        id="privacy/picture-thumbnail",
        title="Picture in a document keeps a small version of what was cut away",
        why="A picture that was cropped may hold a preview of the whole: a face, a plate, an address.",
        fix="Save the picture anew without its preview, put it in again, and publish the document again.",
        title_fr="Une image du document garde une petite version de ce qui a été rogné",
        why_fr="Une image rognée peut contenir un aperçu du tout : un visage, une plaque, une adresse.",
        fix_fr="Réenregistrez l’image sans son aperçu, remettez-la, et publiez le document de nouveau.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 2(1)", "MFIPPA s. 32"),
        help_url="https://www.ontario.ca/laws/statute/90m56",
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each picture."""
        cut = [one for one in snapshot.artifacts[FILE]["pictures"] if one.get("thumbnail")]
        yield from self.told(
            cut,
            "The picture holds a small version of other proportions. Look at it: does it show more than the picture?",
        )
