"""Start, resume and end a run: from what a person asked for to what the store holds and how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from audits.model import MISSED, PageOutcome
from audits.registry import Speaker
from audits.site_check import run_site_checks
from handrail import __version__
from handrail.config import ConfigError, Policy, Site, quiet_spans
from handrail.journeys import journeys_of
from handrail.keys import check_apart, is_in_environment, key_path, load_keys
from handrail.network import ca_files, networks
from handrail.trackers import BrokenList, TrackerList, read_list
from handrail.wiring import (
    JUDGING,
    JUDGING_FEW,
    WALKED_AND_TOLD,
    Guard,
    NoEngine,
    Parts,
    axe_source,
    build_judge,
    engines,
    font_families,
    judged_by,
    rules_sha256,
)
from reports.store.records import PageRecord, RuleTally, RunRecord, SiteRecord

if TYPE_CHECKING:
    from crawler.job import Runtime, SiteJob
    from crawler.ocr import Ocr
    from handrail.onepage import OnePage
    from reports.store.store import Store

_RESTARTED = re.compile(r"browser restarted (\d+) times")
#: How a start page may end without the audit being incomplete.
REACHED = frozenset({PageOutcome.AUDITED, PageOutcome.LISTED, PageOutcome.REDIRECTED, PageOutcome.DOCUMENT})


class NothingToResume(ValueError):
    """No interrupted run in this store."""


class NoStore(ValueError):
    """Nothing was ever audited here."""


class NoQueue(ValueError):
    """There can be no queue here; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run was asked to do. Kept sealed beside the store until the run is complete, so that it can be resumed."""

    policy: Policy
    sites: tuple[str, ...]
    preview: bool = False  # its sites are audited where they do not stand
    follow: bool = True
    sample: str = ""
    trigger: str = "person"
    pictures: bool = True
    render: bool = True  # False: an inventory
    max_pages: int = 0
    max_minutes: float = 0
    fresh: bool = False
    collectors: tuple[str, ...] = ()  # the names of those that are wanted; () = all

    def dump(self) -> str:
        """As JSON."""
        own = {name: getattr(self, name) for name in self.__slots__ if name != "policy"}
        return json.dumps({**own, "policy": self.policy.model_dump_json(exclude_unset=True)})

    @classmethod
    def parse(cls, text: str) -> Plan:
        """From ``dump``."""
        data = json.loads(text)
        data["policy"] = Policy.model_validate_json(data["policy"])
        data |= {name: tuple(data[name]) for name in ("sites", "collectors") if name in data}
        return cls(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run keeps its things."""

    out: Path
    store: str = ""

    @property
    def database(self) -> str | Path:
        """The store: a PostgreSQL URL, or a SQLite file."""
        return self.store or self.out / "handrail.sqlite"

    @property
    def evidence(self) -> Path:
        """Folder of the cropped pictures, where no other place is named for them."""
        return self.out / "evidence"

    def report(self, *, preview: bool = False) -> Path:
        """Folder of the reports; those of a preview lie beside those of the site itself."""
        return self.out / ("report-preview" if preview else "report")

    def exists(self) -> bool:
        """Whether there may be a store: opening one would make it."""
        return bool(self.store) or (self.out / "handrail.sqlite").is_file()

    def plan(self, run_id: str) -> Path:
        """The sealed plan of an unfinished run."""
        return self.out / f"{run_id}.plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended. ``state``: "complete", "incomplete", "interrupted"."""

    run_id: str
    state: str
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def plan_for_urls(policy: Policy, urls: Iterable[str], **options: Any) -> Plan:
    """A plan for addresses that no handrail.toml names: one site per host."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    sites: dict[str, Site] = {}
    for host, starts in by_host.items():
        key, number = site_key(host), 1
        while key in sites:  # "a.b" and "a-b" make one key
            number += 1
            key = f"{site_key(host)[:60]}-{number}"
        sites[key] = Site(start=tuple(dict.fromkeys(starts)))
    return Plan(policy=policy.model_copy(update={"sites": sites}), sites=tuple(sites), **options)


def site_key(host: str) -> str:
    """A key made from a host: "www.city.example:8080" -> "www-city-example-8080"."""
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:63] or "site"


def parts_for(policy: Policy) -> Parts:
    """Detector, key and checks as the policy asks. Raises ConfigError."""
    parts = Parts(**_parts_arguments(policy), trackers=_trackers(policy))
    if policy.personal_information.entities:
        try:
            _ = parts.checks
        except ValueError as exc:
            raise ConfigError(f"personal_information.entities: {exc}") from None
    return parts


def _parts_arguments(policy: Policy) -> dict[str, Any]:
    keys = load_keys()
    told = policy.personal_information.model_dump()
    return {"secret": keys.secret, "earlier": keys.earlier, "ibm": bool(policy.ibm.script), **told}


def _trackers(policy: Policy) -> TrackerList:
    """The City's list. Raises ConfigError where it is not there, or broken."""
    try:
        return read_list(policy.trackers.list)
    except BrokenList as exc:
        raise ConfigError(f"trackers.list: {exc}") from None


def page_source(policy: Policy) -> str:
    """What is put into pages. Raises ConfigError where a configured engine is not there."""
    try:
        return axe_source(policy.axe.script, policy.ibm.script)
    except NoEngine as exc:
        raise ConfigError(f"ibm.script: {exc}") from None


def ocr_of(policy: Policy) -> Ocr | None:
    """What reads pictures in documents, where the City asks for it. Raises ConfigError where it is not there."""
    from crawler.ocr import NoOcr, find_ocr

    try:
        return find_ocr(policy.ocr.languages)
    except NoOcr as exc:
        raise ConfigError(f"ocr.languages: {exc}") from None


def open_store(place: Place, parts: Parts) -> Store:
    """The run history, its folder made for the owner alone."""
    from reports.store.store import Store

    if not is_in_environment():
        check_apart(key_path(), place.out)
    place.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Store.open(place.database, guard=Guard(parts), rules=parts.rules)


def open_known(place: Place, parts: Parts) -> Store:
    """Like ``open_store``, but a store must be there already. Raises NoStore."""
    if not place.exists():
        raise NoStore(f"no store in {place.out}; run 'handrail audit' first, or name its folder with --out")
    return open_store(place, parts)


def start(
    place: Place, plan: Plan, parts: Parts, store: Store, *, browser: str = "", shared: bool = False
) -> RunRecord:
    """Record a new run and its sites. Raises ConfigError when a secret or a file that the sites need is missing,
    EvidenceError where pictures cannot be kept.

    ``shared``: its plan is kept in the store, where workers on other machines find it.
    """
    from handrail.evidence import kept

    networks(plan.policy, plan.sites)
    if plan.render and plan.follow:
        journeys_of(plan.policy, plan.sites)
    axe = page_source(plan.policy)
    ocr = ocr_of(plan.policy) if plan.render else None
    if plan.render and plan.pictures:
        kept(place).check(store.identity)
    now = datetime.now(UTC)
    run = RunRecord(
        id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        started=now,
        finished=None,
        state="running",
        trigger=plan.trigger,
        tool_version=__version__,
        engines=engines(
            axe,
            names=parts.names,
            ibm=plan.policy.ibm.script,
            ocr=ocr.version if ocr else "",
            trackers=str(parts.trackers),
        ),
        browser=browser,
        # Keyed: an address in it may hold a personal value, and a plain hash can be tried out.
        config_sha256=parts.digest(plan.policy.model_dump_json()),
        rules_sha256=rules_sha256(parts.rules, axe),
        sample=plan.sample,
    )
    # First the plan: a run that is in the store can be taken up again.
    sealed = parts.keyring.seal(plan.dump().encode())
    if not shared:
        with open(os.open(place.plan(run.id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(sealed)
    store.begin_run(run)
    for key in plan.sites:
        store.begin_site(site_record(run.id, key, plan.policy, preview=plan.preview))
    if shared:  # last: who finds it finds every site, or the run could end without some
        store.sharing.put_plan(run.id, sealed)
    return run


def resume(place: Place, parts: Parts, store: Store) -> tuple[RunRecord, Plan]:
    """The last unfinished run and what it was asked to do; pages of dead processes on this machine are freed."""
    run = store.latest_run(resumable=True)
    if run is None or not place.plan(run.id).is_file():
        raise NothingToResume(f"no unfinished run in {place.out}; start one without --resume")
    plan = unsealed(run.id, place.plan(run.id).read_bytes(), parts)
    run = replace(run, state="running", finished=None)
    for owner in store.owners(run.id):
        host, _, rest = owner.partition(":")
        pid = rest.partition(":")[0]
        if host == socket.gethostname() and pid.isdigit() and not _alive(int(pid)):
            store.forget_owner(run.id, owner)
    store.begin_run(run)
    for key in plan.sites:
        store.begin_site(site_record(run.id, key, plan.policy, preview=plan.preview))
    return run, plan


def unsealed(run_id: str, sealed: bytes, parts: Parts) -> Plan:
    """What a run was asked to do. Raises NothingToResume where the key or the version is another one now."""
    if not parts.keyring.is_current(sealed):
        raise NothingToResume(
            f"run {run_id} was begun with an earlier key, and its pages cannot be compared across keys; start it anew"
        )
    text = parts.keyring.open(sealed).decode()
    try:
        return Plan.parse(text)
    except (ValueError, TypeError):  # what it quotes may hold an address
        raise NothingToResume(
            f"run {run_id} was begun by another version of Handrail, and its plan cannot be read by this one"
        ) from None


def site_record(run_id: str, key: str, policy: Policy, *, preview: bool = False) -> SiteRecord:
    """What the store keeps of a site's configuration."""
    site = policy.sites[key]
    host = urlsplit(site.start[0]).netloc
    authorization: dict[str, str] = {}
    if site.authorization:
        allowed = site.authorization
        authorization = {
            "by": allowed.by,
            "on": allowed.on.isoformat(),
            "scope": allowed.scope,
            "vendor_consent": allowed.vendor_consent,
        }
    if site.staging:
        authorization["staging"] = "true"
    return SiteRecord(
        run_id=run_id,
        key=key,
        host=host,
        name_en=site.name_en or host,
        name_fr=site.name_fr or site.name_en or host,
        owner=site.owner,
        contact=site.contact or policy.city.contact,
        vendor=site.vendor,
        profile=site.profile,
        authorization=authorization,
        robots_override=site.robots.override,
        state="running",
        min_coverage=site.min_coverage,
        preview=preview,
    )


def carry_out(
    place: Place,
    run: RunRecord,
    plan: Plan,
    parts: Parts,
    store: Store,
    *,
    on_page: Callable[[str, PageOutcome, float], None] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> Ending:
    """Audit every site of the plan and say how each ended. Raises BrowserMissing."""
    from crawler.process import list_sites, run_sites
    from handrail.evidence import kept

    put = kept(place).put if plan.pictures else None

    def ready(version: str) -> None:
        browser_known(store, run, version)
        if on_ready:
            on_ready(version)

    jobs = [job_for(run, key, plan, parts, store, on_page=on_page) for key in plan.sites]
    if plan.render:
        ended = run_sites(
            jobs,
            browser=browser_config(plan),
            judge=judge_config(plan.policy, parts.trackers),
            put=put,
            paces=store.sharing if place.store else None,
            documents_dir=place.out,
            ocr=ocr_of(plan.policy),
            on_ready=ready,
        )
    else:
        ended = list_sites(jobs)
    reasons: dict[str, tuple[str, ...]] = {}
    for key in plan.sites:
        if found := judged(store, run.id, key, plan, parts, failed=key in ended.failed):
            reasons[key] = found
    notes = restarted(machine_notes() if plan.render else [], ended.restarts)
    return finish(place, run.id, plan, store, reasons, interrupted=ended.interrupted, notes=tuple(notes))


def machine_notes() -> list[str]:
    """What of the machine may matter for what was found."""
    return [f"fonts of the machine: {', '.join(font_families()) or 'not known'}"]


def restarts(notes: Iterable[str]) -> int:
    """How often the browser of a run was started again, as its notes say."""
    return sum(int(match[1]) for note in notes if (match := _RESTARTED.fullmatch(note)))


def restarted(notes: Sequence[str], more: int) -> list[str]:
    """The notes of a run whose browser was started again so many times more."""
    times = restarts(notes) + more
    others = [note for note in notes if not _RESTARTED.fullmatch(note)]
    return [*others, f"browser restarted {times} times"] if times else others


def judged(store: Store, run_id: str, key: str, plan: Plan, parts: Parts, *, failed: bool) -> tuple[str, ...]:
    """Once a site was walked: the checks across its pages are run; why its audit is incomplete, () when it is not."""
    if plan.render:
        judge_across(store, run_id, key, plan, parts)
    found = incomplete_because(store, run_id, key, plan.policy.sites[key].min_coverage, render=plan.render)
    return ("site-failed", *found) if failed else found


def judge_across(store: Store, run_id: str, key: str, plan: Plan, parts: Parts) -> None:
    """Run the checks across the pages of a site. A run that is taken up again later is judged again then."""
    sample = plan.sample
    if not plan.follow:
        sample = sample or "the addresses that were given"
    elif plan.max_pages:
        sample = sample or f"the first {plan.max_pages} pages"
    site = store.site_facts(run_id, key, sample=sample)
    store.finish_across(run_id, key, run_site_checks(site, parts.site_checks, site_key=key))


def browser_known(store: Store, run: RunRecord, version: str) -> None:
    store.begin_run(replace(run, browser=f"Chromium {version}"))


def finish(
    place: Place,
    run_id: str,
    plan: Plan,
    store: Store,
    reasons: Mapping[str, tuple[str, ...]],
    *,
    interrupted: bool,
    notes: tuple[str, ...] = (),
) -> Ending:
    """Record how a run ended; one that was interrupted keeps its plan, so that it can be resumed."""
    state = "interrupted" if interrupted and reasons else "incomplete" if reasons else "complete"
    for key in plan.sites:
        store.finish_site(run_id, key, "incomplete" if key in reasons else "complete", reasons.get(key, ()))
    store.finish_run(run_id, state, notes)
    if state != "interrupted":
        place.plan(run_id).unlink(missing_ok=True)
    return Ending(run_id=run_id, state=state, reasons=reasons)


def job_for(
    run: RunRecord,
    key: str,
    plan: Plan,
    parts: Parts,
    store: Store | OnePage,
    *,
    on_page: Callable[[str, PageOutcome, float], None] | None = None,
) -> SiteJob:
    """One site's job for the crawler."""
    from crawler.job import Budget, Interaction, SiteJob
    from crawler.journeys import journey_address
    from crawler.safety import Safety
    from crawler.scope import Scope

    site = plan.policy.sites[key]
    walked = {page.url for page in store.page_outcomes(run.id, key) if page.via == "journey" and page.outcome}
    journeys = journeys_of(plan.policy, (key,))[key] if plan.render and plan.follow else ()
    minutes = plan.max_minutes or site.budget.minutes
    may_carry = plan.render and not plan.fresh and site.carry_days > 0
    return SiteJob(
        run_id=run.id,
        site=key,
        start=site.start,
        scope=Scope.of(site.start, hosts=site.hosts, include=site.include, exclude=site.exclude),
        store=store,
        budget=Budget(
            pages=plan.max_pages or site.budget.pages,
            documents=site.budget.documents,
            depth=site.budget.depth,
            seconds=minutes * 60,
        ),
        follow=plan.follow,
        sitemaps=site.sitemaps and plan.follow,
        robots_override=site.robots.override,
        user_agent=user_agent(plan.policy),
        delay=site.delay,
        quiet_hours=quiet_spans(site.quiet_hours),
        consent="" if site.consent == "leave" else site.consent,
        interaction=Interaction(
            refused=site.not_pressed,
            copy=site.staging,
            seconds=site.budget.page_seconds,
            safety=Safety(never_press=site.never_press, copy=site.staging),
        ),
        zone=ZoneInfo(plan.policy.city.timezone),
        timeout=site.timeout,
        network=networks(plan.policy, (key,))[key],
        journeys=tuple(one for one in journeys if journey_address(site.start[0], one.name) not in walked),
        on_page=on_page,
        redact=parts.redact,
        carry_days=site.carry_days if plan.render else 0,
        fresh=plan.fresh or not plan.render,
        carries=may_carry and store.was_audited(run.id, key, days=site.carry_days),
        digest=parts.digest,
        judged_by=judged_by(parts, rules_sha256(parts.rules, page_source(plan.policy)), _settings(plan, key, parts)),
    )


def _settings(plan: Plan, key: str, parts: Parts) -> dict[str, Any]:
    """What was configured that an audit's result may depend on: all that is not known to leave it alone."""
    site = plan.policy.sites[key]
    auth = plan.policy.auth.get(site.auth)
    ocr = ocr_of(plan.policy) if plan.render else None
    browser = asdict(browser_config(plan))
    for name in ("executable", "axe_source", "slots", "pages_per_context"):
        del browser[name]
    return {
        "site": site.model_dump(mode="json", exclude=set(WALKED_AND_TOLD)),
        "network": plan.policy.network.model_dump(mode="json"),
        "auth": auth.model_dump(mode="json") if auth else None,
        "personal_information": plan.policy.personal_information.model_dump(mode="json"),
        "trackers": {host: repr(tracker) for host, tracker in parts.trackers.hosts.items()},
        "view": browser,
        "pictures": plan.pictures,
        "links": plan.follow,
        "ocr": [ocr.version, *ocr.languages] if ocr else None,
        "pressed": [site.not_pressed, site.budget.page_seconds],
    }


def user_agent(policy: Policy) -> str:
    """Who we are, and where to ask."""
    contact = f" (+{policy.city.contact_url})" if policy.city.contact_url else ""
    return f"Handrail/{__version__}{contact}"


def incomplete_because(
    store: Store, run_id: str, site: str, min_coverage: float, *, render: bool = True
) -> tuple[str, ...]:
    """Why a site's audit cannot be trusted as a whole; () when it is complete. Codes; reports have the words."""
    reasons: list[str] = []
    audited = missed = pending = timed_out = 0
    for page in store.page_outcomes(run_id, site):
        if page.outcome is None:
            pending += 1
        elif page.outcome is (PageOutcome.AUDITED if render else PageOutcome.LISTED):
            audited += 1
        elif page.outcome in MISSED:
            missed += 1
            timed_out += page.outcome is PageOutcome.BUDGET_TIME
        if page.via == "start" and page.outcome is not None and page.outcome not in REACHED:
            reasons.append(f"start-page-{page.outcome.value}")
        if page.via == "journey" and page.outcome not in (None, PageOutcome.AUDITED, PageOutcome.REDIRECTED):
            reasons.append("journey-failed")
    if pending:
        reasons.append("pages-waiting")
    if timed_out:
        reasons.append("time-budget-spent")
    if not audited:
        reasons.append("no-page-audited" if render else "no-page-listed")
    else:
        if audited / (audited + missed) < min_coverage:
            reasons.append("coverage-below-minimum")
        if any(_unsure(tally, min_coverage) for tally in store.tallies(run_id, site)):
            reasons.append("checks-could-not-run")
    return tuple(dict.fromkeys(reasons))


def _unsure(tally: RuleTally, min_coverage: float) -> bool:
    """Whether a rule broke on so many of the audited pages that its silence means nothing."""
    return tally.ended < min_coverage * (tally.ended + tally.error)


def write_inventory(place: Place, run_id: str, store: Store) -> Path:
    """List every address of a run in ``inventory.csv``; the file's path."""
    from reports.formats import inventory

    path = place.out / f"inventory{inventory.SUFFIX}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as out:
        out.writelines(
            inventory.lines(page for site in store.sites(run_id) for page in store.page_outcomes(run_id, site.key))
        )
    return path


def finding_lines(store: Store, run_id: str, parts: Parts) -> Iterable[dict[str, Any]]:
    """Every outcome and finding of a run, and how every URL ended, for ``--findings``."""
    from audits.model import FRAME_STEP
    from audits.registry import find_rule

    for line in store.findings(run_id):
        rule = find_rule(parts.rules, line["rule"])
        line["criteria"] = list(rule.criteria)
        if line["record"] == "finding":
            *frames, _ = line["selector"].split(FRAME_STEP)
            line["frame"] = frames
        yield line
    for site in store.sites(run_id):
        for page in store.page_outcomes(run_id, site.key):
            yield _page_line(page)


def _page_line(page: PageRecord) -> dict[str, Any]:
    return {
        "record": "page",
        "site": page.site,
        "url": page.url,
        "outcome": page.outcome.value if page.outcome else None,
        "reason": page.reason,
        "status": page.status,
        "carried_from": page.carried_from,
    }


def browser_config(plan: Plan) -> Any:
    """What renders the pages of a plan."""
    from crawler.browser.pool import BrowserConfig

    policy = plan.policy
    return BrowserConfig(
        executable=policy.browser.executable,
        slots=policy.browser.slots,
        axe_source=page_source(policy),
        user_agent_suffix=user_agent(policy),
        timezone=policy.city.timezone,
        ca_files=ca_files(policy, plan.sites),
        collectors=plan.collectors,
    )


def judge_config(policy: Policy, trackers: TrackerList, only: Sequence[Speaker] = ()) -> Any:
    """How the checks are built; ``only`` these of them, where any are named."""
    from crawler.judge import JudgeConfig

    return JudgeConfig(
        build=build_judge,
        arguments={**_parts_arguments(policy), "trackers": trackers, "only": tuple(only)},
        imports=(*JUDGING_FEW, *(one.module for one in only)) if only else JUDGING,
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class ScrapyRun:
    """For ``scrapy crawl site -a site=KEY``: the site of ./handrail.toml, its run recorded like any other."""

    def __init__(self, site: str) -> None:
        """Raises ConfigError, BadKey, StoreError, Busy."""
        from handrail import locks
        from handrail.config import ConfigError, load_policy

        policy = load_policy(Path("handrail.toml"))
        if site not in policy.sites:
            raise ConfigError(
                f"handrail.toml has no site {site!r}; name one with -a site=KEY: {', '.join(policy.sites) or 'none'}"
            )
        self._place = Place(out=Path("handrail-out"))
        self._plan = Plan(policy=policy, sites=(site,))
        self._key = site
        parts = self._parts = parts_for(policy)
        self._store = open_store(self._place, parts)
        self._alone = contextlib.ExitStack()
        self._alone.enter_context(locks.hold(self._place, [site]))
        self._run = start(self._place, self._plan, parts, self._store)
        self._open = contextlib.AsyncExitStack()
        self._runtime: Runtime | None = None
        self.job = job_for(self._run, site, self._plan, parts, self._store)

    async def open(self) -> Runtime:
        """Start browser and judge. Raises BrowserMissing."""
        from crawler.browser.pool import BrowserPool
        from crawler.evidence import Camera
        from crawler.job import Runtime
        from crawler.judge import ProcessJudge
        from crawler.opening import DocumentReader
        from crawler.pacing import Pacer
        from handrail.evidence import kept

        pool = await self._open.enter_async_context(BrowserPool(browser_config(self._plan)))
        judge = await self._open.enter_async_context(
            ProcessJudge(judge_config(self._plan.policy, self._parts.trackers))
        )
        documents = await self._open.enter_async_context(DocumentReader(self._place.out, ocr=ocr_of(self._plan.policy)))
        browser_known(self._store, self._run, pool.browser_version)
        self._runtime = Runtime(
            pool=pool,
            judge=judge,
            pacer=Pacer(most=pool.slots + 2),
            camera=Camera(kept(self._place).put),
            documents=documents,
        )
        return self._runtime

    async def close(self, *, interrupted: bool) -> None:
        """Stop them, record how the run ended, say so on standard error."""
        await self._open.aclose()
        judge_across(self._store, self._run.id, self._key, self._plan, self._parts)
        found = incomplete_because(
            self._store, self._run.id, self._key, self._plan.policy.sites[self._key].min_coverage
        )
        if self._runtime is None or self._runtime.failed:
            found = ("site-failed", *found)
        reasons = {self._key: found} if found else {}
        ending = finish(self._place, self._run.id, self._plan, self._store, reasons, interrupted=interrupted)
        self._store.close()
        self._alone.close()
        sys.stderr.write(f"Run {ending.run_id}: {ending.state}{''.join(f', {code}' for code in found)}\n")
        if ending.state == "interrupted":
            sys.stderr.write(f"Go on with: handrail audit --resume --out {self._place.out}\n")
