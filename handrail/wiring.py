"""Put the rooms together: checks with their detector and key, the store's guard, the rules' catalogue."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.metadata import distributions, entry_points, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlsplit

import platformdirs
from pydantic import TypeAdapter, ValidationError

from audits.check import Check
from audits.model import LEFT_OUT, OCR, TRACKERS, DocumentFacts, Nlp, Outcome, PageFacts, Rule, Snapshot, Transport
from audits.registry import Speaker
from audits.site_check import SiteCheck
from crawler.job import Judged
from handrail.trackers import TrackerList
from reports.whole import write_whole

if TYPE_CHECKING:
    from audits.privacy._trackers import Listed
    from audits.privacy.business import Business
    from audits.privacy.engine import Detector
    from audits.privacy.exposed_pii import ExposedPii
    from audits.privacy.keys import Keyring

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the checks say of themselves: every rule by id, and who speaks for those of pages and files."""

    rules: Mapping[str, Rule]
    speakers: Mapping[str, Speaker]


class Parts:
    """What one process needs to judge. Presidio is imported on first use: it takes seconds."""

    def __init__(
        self,
        *,
        secret: bytes,
        earlier: Sequence[bytes] = (),
        own_domains: Sequence[str] = (),
        business_domains: Sequence[str] = (),
        business_numbers: Sequence[str] = (),
        business_pages: Sequence[str] = (),
        entities: Sequence[str] = (),
        nlp_engine: Nlp = "spacy",
        nlp_model: str = "",
        ibm: bool = False,
        trackers: TrackerList | None = None,
        only: Sequence[Speaker] = (),
    ) -> None:
        """``only``: these checks judge, and no others; () = all."""
        self._secrets = (secret, *earlier)
        self._own_domains = tuple(own_domains)
        self._business = (tuple(business_domains), tuple(business_numbers), tuple(business_pages))
        self._entities = tuple(entities)
        self._nlp: tuple[Nlp, str] = (nlp_engine, nlp_model)
        self._ibm = ibm
        self.trackers = trackers or TrackerList()
        self._only = tuple(only)

    @cached_property
    def keyring(self) -> Keyring:
        """The HMAC and sealing keys."""
        from audits.privacy.keys import Keyring

        return Keyring(self._secrets[0], self._secrets[1:])

    @cached_property
    def detector(self) -> Detector:
        """Finds personal information in text."""
        from audits.privacy.engine import Detector

        return Detector(nlp_engine=self._nlp[0], nlp_model=self._nlp[1])

    @property
    def names(self) -> str:
        """The language model that finds names; "" where there is none."""
        if not self._nlp[1]:
            return ""
        from audits.privacy.language_model import told

        return told(*self._nlp)

    def digest(self, text: str) -> str:
        """A keyed hash of anything: without the key nobody can try out values."""
        return _keyed(self._secrets[0], text)

    def digests(self, text: str) -> tuple[str, ...]:
        """The same under every key, the current one first."""
        return tuple(_keyed(secret, text) for secret in self._secrets)

    def redact(self, text: str) -> str:
        """The text with every value that a recognizer hits masked, however unsure."""
        if not may_hold_value(text):
            return text
        from audits.privacy.engine import NotFullyScanned
        from audits.privacy.masking import hidden_in_escapes, mask_text, readings, telling

        try:
            # Markup and selectors hold names of files and fields: a value may stand against a sign.
            spans = [span for form in readings(text) for span in self.detector.detect(form)]
            return mask_text(text, telling([*spans, *hidden_in_escapes(text, self.detector.detect)]))
        except NotFullyScanned:
            return "[not shown: it could not be searched for personal information in time]"

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every check that is wanted, built."""
        from audits.registry import build, discover

        asked: Mapping[str, Callable[[], Any]] = {
            "keyring": lambda: self.keyring,
            "detector": lambda: self.detector,
            "own_domains": lambda: self._own_domains,
            "business": self._of_business,
            "entities": lambda: self._entities,
            "redact": lambda: self.redact,
            "ibm": lambda: self._ibm,
            "tracker_of": lambda: self._listed.tracker_of,
        }
        if self._only:
            return build(self._only, asked)
        return discover(**{name: make() for name, make in asked.items()})

    def _of_business(self) -> Business:
        from audits.privacy.business import Business

        return Business.of(*self._business)

    @cached_property
    def _listed(self) -> Listed:
        """Who follows people, by the City's list and by ours."""
        from audits.privacy._trackers import Listed

        return Listed(self.trackers.hosts)

    @cached_property
    def site_checks(self) -> tuple[SiteCheck, ...]:
        """Every check across pages, built."""
        from audits.registry import discover_site

        return discover_site()

    @cached_property
    def _said(self) -> Mapping[str, Rule]:
        """The rules of these checks; ``rules`` may be remembered from another process, and asks for more."""
        return {rule_id: rule for check in self.checks for rule_id, rule in check.rules.items()}

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule, by id."""
        return self._known.rules

    @property
    def speakers(self) -> Mapping[str, Speaker]:
        """Who speaks for a rule of pages and files, by the rule's id."""
        return self._known.speakers

    @cached_property
    def _known(self) -> Known:
        """To build the checks takes a second or two: what they say of themselves is remembered for the same code."""
        from audits.registry import catalogue, speakers_of

        def build() -> Known:
            return Known(rules=catalogue([*self.checks, *self.site_checks]), speakers=speakers_of(self.checks))

        if self._nlp[1]:
            return build()  # a model that is missing is told now, not page by page
        return _remembered(f"{code_sha256()} {packages_sha256()} {self._entities} {self._ibm}", build)

    def judge(self, snapshot: Snapshot) -> Judged:
        """Run every check on one snapshot."""
        from audits.check import FILE
        from audits.runner import later, of_places, run_checks, states_of
        from audits.told_once import names_of, told_once

        def judged(seen: Snapshot) -> tuple[Outcome, ...]:
            outcomes = run_checks(seen, self.checks, site_key=seen.site, redact=self._redact_often)
            # What its controls do when they are pressed is found last, and may be the same fault.
            outcomes = later(seen.before, outcomes)
            names = {self.redact(name): self.redact(place) for name, place in names_of(seen).items()}
            return told_once(outcomes, self._said, names)

        snapshot = self._with_file_read(snapshot)
        outcomes = judged(snapshot)
        states = (of_places(judged(seen), places) for seen, places in states_of(snapshot, self._redact_often))
        exposed = self._exposed
        # What was taken later may hold no text to search: then nobody knows what it would have to cover.
        said = [outcome for outcome in outcomes if exposed is not None and outcome.rule in exposed.rules]
        searched = bool(said) and not any(one.not_seen and not one.reason.startswith(LEFT_OUT) for one in said)
        document = snapshot.artifacts.get("document", {})
        pictured = "sheets" in snapshot.artifacts.get(FILE, {})
        return Judged(
            outcomes=outcomes,
            title=self.redact(document.get("title", ""))[:300],
            seconds=0,
            covered=exposed.covered() if exposed is not None and searched else None,
            known=exposed.known() if exposed is not None and pictured and searched else None,
            stands=exposed.stands() if exposed is not None and pictured else {},
            facts=None if self._only else self.facts(snapshot),
            transport=self.transport(snapshot),
            document=self._document(snapshot),
            states=tuple(found for found in states if found),
        )

    @cached_property
    def _exposed(self) -> ExposedPii | None:
        """What looks for personal information, where that is wanted. To import it takes a second."""
        if self._only and EXPOSED not in {one.module for one in self._only}:
            return None
        from audits.privacy.exposed_pii import ExposedPii

        return next(check for check in self.checks if isinstance(check, ExposedPii))

    @staticmethod
    def _with_file_read(snapshot: Snapshot) -> Snapshot:
        """A file of text comes as its bytes: it is read here, where it may hang."""
        from audits.check import FILE
        from crawler.documents import as_read

        if FILE not in snapshot.artifacts:
            return snapshot
        return replace(snapshot, artifacts={FILE: as_read(snapshot.artifacts[FILE])})

    def _document(self, snapshot: Snapshot) -> DocumentFacts | None:
        """What a document says of itself, masked; None of anything else."""
        from audits.check import FILE
        from crawler.documents import is_document

        file = snapshot.artifacts.get(FILE)
        if file is None or not is_document(file["kind"]):
            return None
        about = file.get("about", {})
        title, lang, made_with = (
            self.redact(str(about.get(name) or ""))[:300] for name in ("title", "lang", "made_with")
        )
        return DocumentFacts(
            kind=file["kind"],
            pages=int(about.get("pages") or 0),
            words=int(about.get("words") or 0),
            modified=str(about.get("modified") or "")[:40],
            image_only=len(about.get("image_only") or ()),
            locked=str(about.get("locked") or ""),
            left_out=str(file.get("left_out") or ""),
            title=title,
            lang=lang,
            made_with=made_with,
        )

    def facts(self, snapshot: Snapshot) -> PageFacts | None:
        """What checks across pages need of one page; None where that cannot be had."""
        from audits.facts import page_facts
        from crawler.scope import canonical

        document = snapshot.artifacts.get("document")
        if document is None:
            return None
        try:
            return page_facts(
                document, url=snapshot.url, address=canonical, redact=self._redact_often, digest=self.digest
            )
        except Exception as exc:  # noqa: BLE001  # around one page: it was audited, and counts as unseen across pages
            logger.error("facts of a page: %s", type(exc).__name__)
            return None

    def transport(self, snapshot: Snapshot) -> Transport | None:
        """How one page came, for checks across pages; None where that was not taken."""
        from audits.privacy._trackers import known
        from audits.privacy.recognizers.email import registered_domain
        from audits.transport import transport_of

        artifact = snapshot.artifacts.get("transport")
        if artifact is None:
            return None
        tracker_of = self._listed.tracker_of
        own = {registered_domain(one) for one in (*self._own_domains, urlsplit(snapshot.url).hostname or "")}
        return transport_of(
            artifact,
            ours=lambda host: registered_domain(host) in own,
            redact=self._redact_often,
            known=lambda name, host: known(name, host, tracker_of),
        )

    @cached_property
    def _redact_often(self) -> Callable[[str], str]:
        """Menus bring the same names on every page."""
        return lru_cache(maxsize=5_000)(self.redact)


def _keyed(secret: bytes, text: str) -> str:
    key = hashlib.sha256(b"handrail url digest" + secret).digest()
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


#: A URL or snippet without any of these holds nothing that a recognizer could hit.
_HINT = re.compile(
    r"@|%40|\d{3}|(?:\d[\s.,/()-]{1,3}){5}\d|(?:\d{1,3}\.){3}\d|[A-Z]\d[A-Z]|(?:[0-9A-F]{2}[:-]){5}", re.IGNORECASE
)


def may_hold_value(text: str) -> bool:
    """A cheap look before the recognizers."""
    return bool(_HINT.search(text))


def build_judge(**arguments: Any) -> Callable[[Snapshot], Judged]:
    """For the judge's worker process."""
    return Parts(**arguments).judge


class Guard:
    """The store's guard: which URLs hold a personal value, and how they are kept."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def holds_value(self, url: str) -> bool:
        """Whether a recognizer hits something in the URL that is more than a number."""
        return self.mask(url) != url

    def mask(self, url: str) -> str:
        """The URL as people may read it."""
        if not may_hold_value(unquote_plus(url.partition("://")[2].partition("/")[2])):
            return url
        from audits.privacy.masking import mask_url

        return mask_url(url, self._parts.detector)

    def seal(self, text: str) -> bytes:
        """Encrypt under the key."""
        return self._parts.keyring.seal(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt what ``seal`` made."""
        return self._parts.keyring.open(sealed).decode()

    def digest(self, text: str) -> str:
        """A keyed hash."""
        return self._parts.digest(text)

    def digests(self, text: str) -> tuple[str, ...]:
        """The same under every key, the current one first."""
        return self._parts.digests(text)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """How people call the keys, the current one first."""
        return self._parts.keyring.ids


def vendored(name: str) -> bytes:
    """A file that npm brought and the build copied; raises FileNotFoundError with the remedy."""
    path = files("handrail").joinpath("_vendor", name)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"handrail/_vendor/{name} is missing: in a source checkout run 'make setup'; else install Handrail again"
        ) from None


def axe_source(script: str = "", ibm: str = "") -> str:
    """What is put into pages: axe-core's script, the configured one or the bundled, and behind it the other engines."""
    axe = Path(script).read_text("utf-8") if script else vendored("axe.min.js").decode("utf-8")
    return f"{axe}\n;{qualweb_source()}{ibm_source(ibm)}"


#: How people come by IBM's engine.
IBM_COMMAND = "npm install accessibility-checker-engine"


class NoEngine(ValueError):
    """The file that should be IBM's engine is missing, cannot be read, or is something else."""


def ibm_source(script: str) -> str:
    """IBM's engine in a function that is called when it is wanted; "" without a script. Raises NoEngine."""
    if not script:
        return ""
    remedy = f"get it with '{IBM_COMMAND}' and name node_modules/accessibility-checker-engine/ace.js"
    try:
        text = Path(script).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise NoEngine(f"{script} cannot be read ({type(exc).__name__}); {remedy}") from None
    if not re.search(r"\bvar ace\s*;", text[:5000]):
        raise NoEngine(f"{script} is not IBM's ace.js; {remedy}")
    return f"\n;globalThis.handrailIbm = () => {{\n{text}\n;return ace;\n}};"


def ibm_version(script: str) -> str:
    """As the package says in which it lies; else the beginning of its digest."""
    try:
        package = json.loads(Path(script).with_name("package.json").read_text("utf-8"))
        if package["name"] == "accessibility-checker-engine":
            return str(package["version"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return f"sha256 {hashlib.sha256(Path(script).read_bytes()).hexdigest()[:12]}"


#: The bundles expect a page's scope, and begin to write into its document as they load. They load when they are asked
#: for, with an empty document; what they have to offer is handed out.
_QUALWEB = """globalThis.handrailQualweb = () => {{
  const real = globalThis.document;
  const parts = {{}};
  let document = {{ querySelector: () => null, querySelectorAll: () => [], styleSheets: [], baseURI: '' }};
  (function () {{
{page}
;{util}
;{act}
  }}).call(parts);
  document = real;
  return parts;
}};
"""


def qualweb_source() -> str:
    """QualWeb's three bundles in one function."""
    page, util, act = (vendored(f"qualweb-{name}.js").decode("utf-8") for name in ("page", "util", "act"))
    return _QUALWEB.format(page=page, util=util, act=act)


def qualweb_version() -> str:
    """Of the bundle of its ACT rules."""
    return str(json.loads(vendored("qualweb-package.json"))["version"])


def axe_version(source: str) -> str:
    """As the script itself says in its first lines."""
    found = re.search(r"axe v?(\d+\.\d+\.\d+)", source[:300])
    return found.group(1) if found else "unknown"


def engines(axe: str, *, names: str = "", ibm: str = "", ocr: str = "", trackers: str = "") -> dict[str, str]:
    """Name and version of everything that judges.

    ``names``: the language model that finds names; ``ibm``: the path of IBM's engine; ``ocr``: the version of
    Tesseract; ``trackers``: name and digest of a list; where there is one.
    """
    return {
        **({"names": names} if names else {}),
        "axe-core": axe_version(axe),
        "QualWeb": qualweb_version(),
        **({"IBM Equal Access": ibm_version(ibm)} if ibm else {}),
        **({OCR: ocr} if ocr else {}),
        **({TRACKERS: trackers} if trackers else {}),
        "presidio-analyzer": version("presidio-analyzer"),
        "handrail": version("handrail"),
    }


def fonts() -> dict[str, bytes]:
    """The reports' fonts; reports do without where they are missing."""
    found = {}
    for name in ("next-400.woff2", "next-700.woff2", "mono-400.woff2"):
        try:
            found[name.removesuffix(".woff2")] = vendored(name)
        except FileNotFoundError:
            continue
    return found


@cache
def font_families() -> tuple[str, ...]:
    """The families that pages can be shown in here, by fontconfig; () when it cannot be asked."""
    try:
        told = subprocess.run(
            ["fc-list", "--format", "%{family[0]}\n"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(sorted(set(told.stdout.split("\n")) - {""}))


#: Where the check is that looks for personal information.
EXPOSED = "audits.privacy.exposed_pii"
#: What judging needs and is slow to import.
JUDGING = ("handrail.ready", "audits.facts")
#: The same where a few checks judge: masking needs the recognizers.
JUDGING_FEW = ("handrail.wiring", "audits.registry", "audits.privacy.engine")
#: Settings change what the checks say of themselves: an audit by others must not make the next one build them again.
REMEMBERED = 4
#: Where other packages offer checks and recognizers.
OTHERS = ("handrail.checks", "handrail.site_checks", "handrail.recognizers")
#: What a site's table says about how it is walked and told: it changes no verdict on a page.
WALKED_AND_TOLD = frozenset(
    {
        "name_en", "name_fr", "owner", "contact", "vendor", "profile", "authorization", "min_coverage", "carry_days",
        "start", "include", "exclude", "sitemaps", "timeout", "delay", "quiet_hours", "budget", "robots",
        "journeys", "documents", "parts", "gate", "schedule", "max_age",
    }
)  # fmt: skip


def judged_by(parts: Parts, rules: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """All that an audit's result depends on besides the page and the browser, each by a name that people know.

    Code and packages count by their content: an audit is not carried over a change of the tool, whatever its version.
    """
    # Keyed: settings may hold an address or a header that nobody may try out.
    told = {name: parts.digest(json.dumps(value, sort_keys=True, default=str)) for name, value in settings.items()}
    return {
        "rules": rules,
        "code": code_sha256(),
        "packages": packages_sha256(),
        "fonts": hashlib.sha256("\n".join(font_families()).encode()).hexdigest(),
        "key": parts.digest("handrail key"),
        **told,
    }


@cache
def code_sha256() -> str:
    """Of all that collects and judges: our two rooms, this file, which puts them together, and what others bring."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    brought = {entry.module.partition(".")[0] for group in OTHERS for entry in entry_points(group=group)}
    for room in ("audits", "crawler", *sorted(brought)):
        for path in _sources(room):
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources(package: str) -> Sequence[Path]:
    """The files of a package, or of a module that stands alone."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return ()
    if not spec.submodule_search_locations:
        return (Path(spec.origin),)
    found = (path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*"))
    return sorted(path for path in found if path.suffix in (".py", ".js", ".toml", ".txt"))


@cache
def packages_sha256() -> str:
    """Of the names and versions of everything installed."""
    packages = sorted({f"{found.name} {found.version}" for found in distributions()})
    return hashlib.sha256("\n".join(packages).encode()).hexdigest()


def _remembered(known_by: str, build: Callable[[], Known]) -> Known:
    """As an earlier process built it of the same code; a file that cannot be used is written anew."""
    adapter = TypeAdapter(Known)
    folder = platformdirs.user_cache_path("handrail")
    path = folder / f"rules-{hashlib.sha256(known_by.encode()).hexdigest()[:32]}.json"
    with suppress(OSError, ValidationError):
        return adapter.validate_json(path.read_bytes())
    known = build()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        older = sorted(folder.glob("rules-*.json"), key=lambda path: path.stat().st_mtime)
        for one in older[: 1 - REMEMBERED]:
            one.unlink()
        write_whole(path, adapter.dump_json(known))
    return known


def rules_sha256(rules: Mapping[str, Rule], axe: str) -> str:
    """Changes when any rule, or axe itself, changes."""
    text = json.dumps([asdict(rule) for rule in rules.values()], sort_keys=True, default=str)
    return hashlib.sha256(text.encode() + hashlib.sha256(axe.encode()).digest()).hexdigest()
