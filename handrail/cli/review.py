"""``handrail review``: what only a person can say of a site, asked page by page; answers go into the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import click
import typer

from handrail.cli import INCOMPLETE, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.issues import Globs, Lang, known_names
from handrail.cli.who import By, Reason, account, named, without_personal

if TYPE_CHECKING:
    from handrail.answer_files import BadFiles
    from handrail.config import Policy
    from handrail.runs import Place
    from handrail.wiring import Parts
    from reports.answers import Stand
    from reports.model import AnswerFile
    from reports.store.store import Store

review_app = typer.Typer(
    invoke_without_command=True,
    help="Checks that a person must make: list, show, answer, take back; as a table to fill in and hand back.",
)
app.add_typer(review_app, name="review")

TOLD = 20
Question = Annotated[str, typer.Argument(metavar="QUESTION", help="Its id, as the list shows it (Q-1a2b3c4d5e).")]
Questions = Annotated[
    list[str], typer.Argument(metavar="QUESTION...", help="Ids, as the list shows them (Q-1a2b3c4d5e).")
]
Site = Annotated[Globs, typer.Option("--site", metavar="KEY", help="Of this site; may be repeated.")]
Criterion = Annotated[
    Globs, typer.Option("--criterion", metavar="NUMBER", help="About this success criterion; may be repeated.")
]
Page = Annotated[Globs, typer.Option("--page", metavar="GLOB", help="On these pages, by address.")]
State = Annotated[
    Globs,
    typer.Option("--state", metavar="STATE", help="open, changed (an answer ended), answered. Default: the first two."),
]
Required = Annotated[bool, typer.Option("--required", help="Only what the law asks for.")]


@review_app.callback()
def listed(
    ctx: typer.Context,
    site: Site = None,
    criterion: Criterion = None,
    page: Page = None,
    state: State = None,
    required: Required = False,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")] = "text",
    limit: Annotated[int, typer.Option(min=1, help="At most this many as text.")] = 20,
    lang: Lang = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """List what a person is asked, page by page: what the law names first.

    Tools prove failures; that a criterion is met, or does not apply, only
    people say. An answer holds from audit to audit while the page, or the part
    of the site, is the same; then it ends, and the question is asked again.
    """
    if ctx.invoked_subcommand is not None:
        return
    from reports.formats import review
    from reports.text import Words

    with _opened(config, out, store) as desk:
        stands = _chosen(desk.stands(site), criterion, page, state or ["open", "changed"], required)
    typer.echo(review.as_json(stands) if form == "json" else review.as_text(stands, limit, Words(lang)), nl=False)
    raise typer.Exit(OK)


@review_app.command()
def show(
    question: Question, lang: Lang = "en", config: Config = None, out: Out = DEFAULT_OUT, store: StoreUrl = ""
) -> None:
    """Show one question: how to look, what to expect, and what the log holds of it."""
    from reports.answers import GIVEN, KINDS
    from reports.formats import review
    from reports.text import Words

    words = Words(lang)
    with _opened(config, out, store) as desk:
        stand = desk.named(question)
        history = [
            line
            for one in desk.store.log_entries(*KINDS)
            if one.facts and one.facts["question"] == question
            for line in (
                f"{one.at:%Y-%m-%d}  {one.kind}  "
                + (words.plain(f"answer.{one.facts['result']}") if one.kind == GIVEN else one.facts["reason"])
                + f"  ({one.facts['by']}; {words.plain('answer.entry', n=one.seq)})",
                *desk.files_of(one.facts),
            )
        ]
    typer.echo(review.shown(stand, words, history), nl=False)
    raise typer.Exit(OK)


@review_app.command()
def answer(
    questions: Questions,
    by: By,
    result: Annotated[
        Literal["supports", "does-not-support", "partially-supports", "not-applicable", "cannot-tell"],
        typer.Option("--result", help="What you found."),
    ],
    evidence: Annotated[
        str,
        typer.Option(
            "--evidence",
            metavar="TEXT",
            help="What you looked at, with what, and what you saw. No personal information: it is looked for.",
        ),
    ],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day when you looked. Default: today.")
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="A file of evidence: PNG, JPEG, WebP, PDF or plain text, by its content; may be repeated. A copy is "
            "kept, without what it says of who made it and where.",
        ),
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Answer questions. A later answer to the same question goes before an earlier one; both stay in the log.

    A failure that a tool finds goes before any answer. An evidence, or a --by,
    in which personal information of others is recognized is refused; so is a
    file with such a text. What pictures show is searched only where [ocr] is
    configured: look yourself.
    """
    from handrail.answer_files import BadFiles
    from handrail.answers import give
    from handrail.issues import BadAct
    from handrail.said import BadWords, Who

    with _opened(config, out, store) as desk:
        stands = [desk.named(one) for one in dict.fromkeys(questions)]
        try:
            entries = give(
                desk.store, desk.policy, desk.parts, stands, Who(by=by, account=account()), result, evidence,
                on.date() if on else None, called=lambda name: f"--{name}", hand_in=lambda: desk.hand_in(file or []),
            )  # fmt: skip
        except BadFiles as exc:
            raise click.UsageError(_bad_file(exc, file or [])) from None
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None
    if not entries:
        typer.echo("Recorded already.")
    for one in entries:
        assert one.facts is not None
        typer.echo(f"{one.facts['question']}: recorded. Log entry {one.seq}.")
    raise typer.Exit(OK)


@review_app.command()
def withdraw(
    question: Question,
    by: By,
    reason: Reason,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take back the answer to a question: it is open again. Both entries stay in the log."""
    from handrail.answers import recorded, take_back
    from handrail.issues import Moved

    with _opened(config, out, store) as desk:
        found = [(key, answers[question]) for key, answers in recorded(desk.store).items() if question in answers]
        if not found:
            raise click.UsageError(f"the log holds no answer to {question[:40]!r}")
        key, given = found[0]
        said = without_personal(reason, desk.parts, "--reason")
        try:
            entry = take_back(desk.store, given, key, by=named(by, desk.parts), account=account(), reason=said)
        except Moved as exc:
            raise click.UsageError(str(exc)) from None
    typer.echo(f"Taken back. Log entry {entry.seq}.")
    raise typer.Exit(OK)


@review_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv or .xlsx.")],
    site: Site = None,
    criterion: Criterion = None,
    page: Page = None,
    state: State = None,
    required: Required = False,
    lang: Lang = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Write the questions as a table to fill in with result, name and role, date and evidence, for 'review import'."""
    from handrail.work import today
    from reports.formats import review
    from reports.text import Words
    from reports.write import write_alone

    kind = _kind(file)
    words = Words(lang)
    with _opened(config, out, store) as desk:
        stands = _chosen(desk.stands(site), criterion, page, state or ["open", "changed"], required)
        day = today(desk.policy).isoformat()
    data = review.as_csv(stands, words).encode() if kind == "csv" else review.as_xlsx(stands, words, day)
    try:
        write_alone(file, data)
    except OSError as exc:
        raise click.UsageError(f"{file}: cannot be written ({exc.strerror})") from None
    typer.echo(f"Written: {file}, {len(stands)} questions.")
    raise typer.Exit(OK)


@review_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of 'review export', filled in.")],
    by: By,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Keep the answers of a table. Who is named in a row answers; where nobody is, who imports it.

    A row that is wrong is told by its line and cell, the others are kept; what
    is there already is not kept twice, and rows without a result are left out.
    A row that asks about something which has changed since the table was
    written is wrong: look again. Exit 3: some rows were not kept.
    """
    from handrail.answers import keep, read
    from reports.formats import review

    kind = _kind(file)
    try:
        with file.open("rb") as source:
            data = source.read(review.MOST_BYTES + 1)
    except OSError as exc:
        raise click.UsageError(f"{file}: cannot be read ({exc.strerror})") from None
    if len(data) > review.MOST_BYTES:
        raise click.UsageError(f"{file}: has more than {review.MOST_BYTES // 1_000_000} MB; cut it")
    try:
        rows = review.read_csv(data) if kind == "csv" else review.read_xlsx(data)
    except review.BadTable as exc:
        raise click.UsageError(f"{file}: {exc}") from None
    with _opened(config, out, store) as desk:
        who = named(by, desk.parts)
        found = read(
            rows, desk.stands(None), desk.policy, by=who,
            searched=_refusing(lambda said, called: without_personal(said, desk.parts, called)),
            named=_refusing(lambda said, called: named(said, desk.parts, called)),
        )  # fmt: skip
        kept = keep(desk.store, found.good, account=account(), how=f"import by {who}")
    for why in found.wrong[:TOLD]:
        typer.echo(why, err=True)
    if len(found.wrong) > TOLD:
        typer.echo(f"and {len(found.wrong) - TOLD} more", err=True)
    known = found.known + len(found.good) - len(kept)
    typer.echo(
        f"Kept: {len(kept)}. There already: {known}. Without a result: {found.empty}. Not kept: {len(found.wrong)}."
    )
    raise typer.Exit(INCOMPLETE if found.wrong else OK)


class _Desk:
    """A store, and the policy that it is read with."""

    def __init__(self, store: Store, policy: Policy, parts: Parts, place: Place) -> None:
        self.store = store
        self.policy = policy
        self.parts = parts
        self.place = place

    def hand_in(self, files: list[Path]) -> tuple[AnswerFile, ...]:
        """Take files of evidence. Raises BadFiles."""
        from handrail.answer_files import MOST_BYTES, BadFiles, keep, take
        from handrail.runs import ocr_of

        if not files:
            return ()
        bodies = []
        for number, path in enumerate(files, start=1):
            try:
                with path.open("rb") as source:
                    bodies.append(source.read(MOST_BYTES + 1))
            except OSError:
                raise BadFiles(number, "file-broken") from None
        return keep(self.place, self.store, take(bodies, self.parts, ocr_of(self.policy)))

    def files_of(self, facts: Mapping[str, Any]) -> list[str]:
        """What was handed in with an answer, in lines: name, type, size, and what is wrong with it."""
        from handrail.answer_files import fault, name_of
        from handrail.evidence import handed_in
        from reports.answers import files_of

        found = files_of(facts)
        files = handed_in(self.place) if found else None
        lines = []
        for one in found:
            wrong = fault(files, one) if files else ""
            lines.append(f"    {name_of(one)}  {one.media_type}  {one.size} B{f'  {wrong.upper()}' if wrong else ''}")
        return lines

    def stands(self, sites: Globs) -> list[Stand]:
        from handrail.answers import BadAnswer, asked_now

        try:
            return asked_now(self.store, self.policy, self.parts, sites or ())
        except BadAnswer as exc:
            raise click.UsageError(str(exc)) from None

    def named(self, question: str) -> Stand:
        stand = self._known().get(question)
        if stand is None:
            raise click.UsageError(f"no question {question[:40]!r} is asked now: take its id from handrail review")
        return stand

    def _known(self) -> dict[str, Stand]:
        if not hasattr(self, "_by_id"):
            self._by_id = {one.asked.id: one for one in self.stands(None)}
        return self._by_id


@contextmanager
def _opened(config: Path | None, out: Path, store: str) -> Iterator[_Desk]:
    from handrail import runs

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    place = runs.Place(out=out, store=store)
    with runs.open_known(place, parts) as opened:
        yield _Desk(opened, policy, parts, place)


#: What is wrong with a file, and what to do.
_BAD_FILES = {
    "file-kind": "is none of PNG, JPEG, WebP, PDF and plain text, by what is in it",
    "file-broken": "cannot be read, or is broken",
    "file-empty": "is empty",
    "file-locked": "asks for a password, or forbids something; save it without",
    "file-long": "is a longer text than is taken; cut it",
    "file-pixels": "has more pixels than are taken; make it smaller",
    "file-unread": "could not be read to its end, and so not be searched for personal information",
    "file-late": "could not be searched for personal information in time; cut it",
    "file-personal": "seems to hold personal information",
    "file-many": "there are more of them than are taken (5)",
    "file-large": "they are larger than is taken (10 MB together)",
    "file-away": "the place of pictures is away, or refuses to keep them",
}


def _bad_file(exc: BadFiles, files: list[Path]) -> str:
    which = str(files[exc.number - 1]) if exc.number else "--file"
    kinds = f" ({', '.join(exc.kinds)})" if exc.kinds else ""
    return f"{which}: {_BAD_FILES[exc.why]}{kinds}. Nothing was recorded."


def _chosen(stands: list[Stand], criterion: Globs, page: Globs, state: list[str], required: bool) -> list[Stand]:
    states = known_names("--state", state, ("open", "changed", "answered"))
    for number in criterion or ():
        if not re.fullmatch(r"\d\.\d\.\d{1,2}", number):
            raise click.UsageError(f"--criterion {number[:20]!r}: write its number, such as 1.3.1")
    return [
        one
        for one in stands
        if one.state in (states or ())
        and (not criterion or not set(criterion).isdisjoint(one.asked.criteria))
        and (not page or any(fnmatchcase(url, glob) for url in (one.asked.page, *one.asked.pages) for glob in page))
        and (one.asked.required or not required)
    ]


def _kind(file: Path) -> Literal["csv", "xlsx"]:
    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise click.UsageError(f"{file}: its name must end in .csv or .xlsx")
    return cast('Literal["csv", "xlsx"]', kind)


def _refusing(ask: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """The same, asked once for each text, and with an error that a table can tell."""
    asked: dict[str, tuple[str, str]] = {}

    def refusing(said: str, called: str) -> str:
        if said not in asked:
            try:
                asked[said] = (ask(said, "it"), "")
            except click.UsageError as exc:
                asked[said] = ("", exc.message.partition(" Nothing was recorded")[0])
        clear, wrong = asked[said]
        if wrong:
            raise ValueError(f"{called}: {wrong}")
        return clear

    return refusing
