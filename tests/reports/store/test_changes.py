"""The mark of a store: another after whatever is told otherwise, the same after what is not."""

from dataclasses import replace

import pytest
from store_helpers import audited, begin, fails, finding, run_record, url

from audits.model import Link

SILENT = ("came", "went")


@pytest.fixture
def marks(store):
    """``marks()``: what was told until now; ``marks.moved()``: whether it is another since the last time."""

    class Marks:
        def moved(self):
            before, self.last = self.last, (store.mark(SILENT), store.progress())
            return tuple(was != now for was, now in zip(before, self.last, strict=True))

    begin(store, "r1", "main")
    store.add_links("r1", "main", [Link(url=url(n)) for n in range(2)])
    made = Marks()
    made.last = (store.mark(SILENT), store.progress())
    return made


def test_entries_of_the_log_count_but_silent_ones(store, marks):
    store.record("came", {"account": "a"})
    silent = marks.moved()
    store.record("note", {"note": "n"})
    told = marks.moved()
    for kind in SILENT * 3:
        store.record(kind, {"account": "a"})

    assert (silent, told, marks.moved()) == ((False, False), (True, False), (False, False))


def test_a_page_of_a_run_that_works_is_progress_alone(store, marks):
    (lease,) = store.lease("r1", "main", owner="w", limit=1, seconds=60)
    leased = marks.moved()
    store.finish(lease, audited(fails(finding())))

    assert (leased, marks.moved()) == ((False, False), (False, True))
    assert store.mark(SILENT)[1] is True


def test_a_run_begins_is_interrupted_taken_up_again_and_ends(store, marks):
    begin(store, "r2", "main")
    moves = [marks.moved()]
    store.finish_run("r1", "interrupted")
    moves.append(marks.moved())
    store.begin_run(replace(run_record("r1"), state="running", finished=None))
    moves.append(marks.moved())
    store.finish_run("r1", "interrupted")  # by a clock that stands: in the same moment as before
    moves.append(marks.moved())
    for run in ("r1", "r2"):
        store.finish_run(run, "complete")
        moves.append(marks.moved())

    assert [told for told, _ in moves] == [True] * 6
    assert store.mark(SILENT)[1] is False


def test_a_site_that_begins_or_ends_is_progress(store, marks):
    begin(store, "r1", "booking")
    begun = marks.moved()
    store.finish_site("r1", "booking", "complete")

    assert (begun[1], marks.moved()[1]) == (True, True)


def test_it_is_one_row_however_many_runs_there_are(store):
    assert store.mark()[1] is False
    for number in range(30):
        begin(store, f"r{number}", "main")
        store.finish_run(f"r{number}", "complete")

    assert len(store.mark()[0]) < 120
