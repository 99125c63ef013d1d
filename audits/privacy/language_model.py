"""A language model that finds names: spaCy, transformers or GLiNER. From this machine's disk alone; none is fetched."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast, get_args

import spacy
import spacy.util
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import (
    NerModelConfiguration,
    NlpArtifacts,
    NlpEngine,
    NoOpNlpEngine,
    SpacyNlpEngine,
    TransformersNlpEngine,
)
from presidio_analyzer.nlp_engine.huggingface_token_pipe import HuggingFaceTokenPipe, create_huggingface_token_pipe
from presidio_analyzer.predefined_recognizers import GLiNERRecognizer, SpacyRecognizer, TransformersRecognizer
from spacy.language import Language
from spacy.tokens import Doc, Span

from audits.model import Nlp

#: What a model is believed at the most: the form of an address or a number says more.
MOST = 0.6
#: Less than this is not worth a look.
_LEAST = 0.4
#: What models call a person.
PERSONS = frozenset(
    label
    for label, entity in (NerModelConfiguration().model_to_presidio_entity_mapping or {}).items()
    if entity == "PERSON"
)
_NAMED = {"spacy": "spaCy", "transformers": "transformers", "gliner": "GLiNER"}
#: What each needs to be imported, and the file that its models have.
_PACKAGES: dict[str, tuple[str, ...]] = {"transformers": ("torch", "transformers"), "gliner": ("torch", "gliner")}
_FILE = {"spacy": "meta.json", "transformers": "config.json", "gliner": "gliner_config.json"}
#: How Hugging Face calls models: owner/name.
_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")
#: Tokens that two stretches of a long text share.
_STRIDE = 16
_PIPE = "handrail_names"


class MissingModel(RuntimeError):
    """The configured language model cannot be used; the message names it, where it was looked for, and the remedy."""


def no_model() -> NlpEngine:
    """Presidio's engine where there is none."""
    return NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])


def told(engine: Nlp, model: str) -> str:
    """For reports: which model of which engine. Folders of this machine are not named."""
    name = Path(model).name if Path(model).is_dir() else model
    return f"{_NAMED[engine]} {version(engine)}, {name}"


def finder(engine: Nlp, model: str) -> tuple[NlpEngine, EntityRecognizer]:
    """Loaded, and the recognizer that tells its names. Raises MissingModel."""
    found = place_of(engine, model)
    load = {"spacy": _spacy, "transformers": _transformers, "gliner": _gliner}[engine]
    try:
        return load(found)
    except MissingModel:
        raise
    except Exception as exc:  # noqa: BLE001  # whatever a library makes of a broken model: no page was read yet
        said = " ".join(str(exc).split())[:300]
        raise MissingModel(
            f"the {_NAMED[engine]} model {model!r} ({found}) does not load: {type(exc).__name__}: {said}"
            f"{_builds_on(engine, found)}"
        ) from None


def place_of(engine: Nlp, model: str) -> str:
    """The folder of a model, or the name of its package. Nothing of it is imported. Raises MissingModel."""
    if engine not in get_args(Nlp):
        raise ValueError(f"unknown engine {engine!r}; known: {', '.join(get_args(Nlp))}")
    if lacking := [name for name in _PACKAGES.get(engine, ()) if not find_spec(name)]:
        raise MissingModel(
            f'nlp_engine = "{engine}" needs {" and ".join(lacking)}, not installed in {sys.prefix}; install with: '
            f"{sys.executable} -m pip install 'handrail[{engine}]'"
        )
    folder = Path(model).absolute()
    if folder.is_dir():
        if not (folder / _FILE[engine]).is_file():
            raise MissingModel(
                f"{folder} is no {_NAMED[engine]} model: it has no {_FILE[engine]}; name the folder that has one"
            )
        return str(folder)
    if engine == "spacy":
        if spacy.util.is_package(model):
            return model
        raise MissingModel(
            f"the spaCy model {model!r} is not installed in {sys.prefix}, and {folder} is no folder; install it with: "
            f"{sys.executable} -m spacy download {model}"
        )
    if _NAME.fullmatch(model):
        return _cached(engine, model, folder)
    raise MissingModel(
        f"the {_NAMED[engine]} model {model!r} is not here: {folder} is no folder; get one with: "
        f"hf download OWNER/NAME --local-dir {folder}"
    )


def _cached(engine: Nlp, model: str, folder: Path) -> str:
    """Where Hugging Face's own command put it."""
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return place_of(engine, snapshot_download(model, local_files_only=True))
    except LocalEntryNotFoundError:
        raise MissingModel(
            f"the {_NAMED[engine]} model {model!r} is not here: {folder} is no folder, and "
            f"{constants.HF_HUB_CACHE} does not hold it; get it with: hf download {model}"
        ) from None


def _builds_on(engine: Nlp, folder: str) -> str:
    """Many GLiNER models hold no tokenizer: that of the model they were made from is used."""
    if engine != "gliner":
        return ""
    try:
        name = json.loads((Path(folder) / _FILE[engine]).read_text("utf-8")).get("model_name")
    except (OSError, ValueError, AttributeError):
        return ""
    return f". It was made from {name}; if that is not here: hf download {name}" if name else ""


def _has_persons(labels: Iterable[str], model: str) -> None:
    every = sorted(set(labels))
    if not PERSONS & set(every):
        raise MissingModel(
            f"the model {model} tells no persons ({', '.join(sorted(PERSONS))}); its labels are: "
            f"{', '.join(every)[:200] or 'none'}. Name a model that finds names"
        )


def _configuration() -> NerModelConfiguration:
    return NerModelConfiguration(model_to_presidio_entity_mapping=dict.fromkeys(PERSONS, "PERSON"), default_score=MOST)


def _spacy(model: str) -> tuple[NlpEngine, EntityRecognizer]:
    engine = _PersonsOnly(models=[{"lang_code": "en", "model_name": model}], ner_model_configuration=_configuration())
    engine.load()
    return engine, SpacyRecognizer(supported_language="en", supported_entities=["PERSON"])


class _PersonsOnly(SpacyNlpEngine):
    """Presidio's engine without its warning for every label that is not mapped."""

    def load(self) -> None:
        """Load, then ignore every label of the model that is not a person."""
        super().load()
        labels = {label for pipeline in cast(dict[str, Any], self.nlp).values() for label in _labels(pipeline)}
        _has_persons(labels, self.models[0]["model_name"])
        self.ner_model_configuration.labels_to_ignore = sorted(labels - PERSONS)


def _labels(pipeline: Any) -> set[str]:
    return {label for name in pipeline.pipe_names for label in getattr(pipeline.get_pipe(name), "labels", ())}


def _transformers(model: str) -> tuple[NlpEngine, EntityRecognizer]:
    engine = _Transformers(
        models=[{"lang_code": "en", "model_name": {"spacy": "", "transformers": model}}],
        ner_model_configuration=_configuration(),
    )
    engine.load()
    return engine, TransformersRecognizer(supported_language="en", supported_entities=["PERSON"])


class _Transformers(TransformersNlpEngine):
    """Presidio's engine with spaCy's bare tokenizer: it needs no model of spaCy's beside the one that finds names."""

    def load(self) -> None:
        """From a folder. A model that does not tell persons is refused: one without a head would guess."""
        models: Any = self.models  # Presidio says that a name is a text; here it is two
        model, words = models[0]["model_name"]["transformers"], spacy.blank("en")
        pipe: Any = words.add_pipe(_PIPE, config={"model": model, "spans_key": self.entity_key})
        pipeline = pipe.pipeline
        labels = {re.sub(r"^[BIELSU][-_]", "", label) for label in pipeline.model.config.id2label.values()}
        _has_persons(labels, model)
        self.ner_model_configuration.labels_to_ignore = sorted(labels - PERSONS)
        # Many tokenizers do not say how much the model can read at once; two places are for its own marks.
        most = getattr(pipeline.model.config, "max_position_embeddings", None) or 512
        pipeline.tokenizer.model_max_length = min(pipeline.tokenizer.model_max_length, most - 2)
        self.nlp: Any = {"en": words}

    def _get_scores_for_entities(self, doc: Doc) -> list[float]:
        return [min(score, MOST) for score in super()._get_scores_for_entities(doc)]

    def _get_updated_entities(self, entities: list[Span], scores: list[float]) -> tuple[list[Span], list[float]]:
        kept = [(one, score) for one, score in zip(entities, scores, strict=True) if score >= _LEAST]
        found, sure = super()._get_updated_entities([one for one, _ in kept], [score for _, score in kept])
        return list(found), list(sure)


class _Loud(HuggingFaceTokenPipe):
    """A text that the model fails on is an error, never a text without names."""

    def _predict_one(self, doc: Doc) -> Sequence[Any]:
        return cast(Sequence[Any], self._validate_predictions(self.pipeline(doc.text)))


@Language.factory(_PIPE)
def _loud(nlp: Language, name: str, model: str, spans_key: str) -> _Loud:
    made = create_huggingface_token_pipe(
        nlp,
        name,
        model=model,
        revision="main",
        stride=_STRIDE,
        aggregation_strategy="max",
        alignment_mode="expand",
        spans_key=spans_key,
        pipeline_kwargs={},
    )
    return _Loud(name, made.pipeline, made.alignment_mode, spans_key)


def _gliner(model: str) -> tuple[NlpEngine, EntityRecognizer]:
    engine = no_model()
    engine.load()
    return engine, _Gliner(
        supported_language="en",
        entity_mapping={"person": "PERSON"},
        model_name=model,
        threshold=_LEAST,
        local_files_only=True,
    )


class _Gliner(GLiNERRecognizer):
    """Presidio's recognizer, asked for persons alone: it would take any kind that is looked for as a word to find."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Persons; ``entities`` says whether they are wanted at all."""
        if "PERSON" not in entities:
            return []
        found = super().analyze(text, ["PERSON"], nlp_artifacts)
        for result in found:
            result.score = min(result.score, MOST)
        return list(found)
