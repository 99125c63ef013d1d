"""Language models that find names: on this machine or not at all. The tests make their own, tiny ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import spacy

from audits.model import Nlp
from audits.privacy import language_model
from audits.privacy.engine import Detector
from audits.privacy.language_model import MOST, MissingModel, told

WORDS = tuple(
    re.findall(r"\S+", "[PAD] [UNK] [CLS] [SEP] [MASK] we met zyx wvut of acme , 9 0 5 - 3 7 call at the with")
)
TEXT = "we met zyx wvut of Acme, 905-335-7777"
PHONE = ("PHONE_NUMBER", "905-335-7777")
transformers = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("transformers")), reason="needs pip install 'handrail[transformers]'"
)
gliner = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("gliner")), reason="needs pip install 'handrail[gliner]'"
)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(spacy.cli, "download", refuse)


def found(detector: Detector, text: str) -> list[tuple[str, str]]:
    return [(span.entity, text[span.start : span.end]) for span in detector.scan(text)[0]]


def spacy_model(folder: Path, label: str = "PERSON") -> Path:
    pipeline = spacy.blank("en")
    ruler: Any = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": "zyx wvut"}, {"label": "ORG", "pattern": "Acme"}])
    pipeline.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def transformers_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Learnt by heart in a second: "zyx wvut" is a person, "acme" an organization, wherever they stand."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    folder = tmp_path_factory.mktemp("transformers") / "model"
    labels = ["O", "B-PER", "I-PER", "B-ORG"]
    kinds = torch.tensor([{"zyx": 1, "wvut": 2, "acme": 3}.get(word, 0) for word in WORDS])
    torch.manual_seed(1)
    made = BertForTokenClassification(
        BertConfig(**_tiny(), id2label=dict(enumerate(labels)), label2id={one: n for n, one in enumerate(labels)})
    )
    learn = torch.optim.Adam(made.parameters(), lr=0.02)
    for _ in range(60):
        ids = torch.randint(1, len(WORDS), (8, 60))
        learn.zero_grad()
        made(input_ids=ids, labels=kinds[ids]).loss.backward()
        learn.step()
    made.save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def gliner_model(folder: Path) -> Path:
    """Random: it takes everything for a person, and is as good as undecided."""
    import torch
    from gliner import GLiNER, GLiNERConfig
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    base = folder.with_name(f"{folder.name}-base")
    BertModel(BertConfig(**_tiny())).save_pretrained(base)
    _tokenizer().save_pretrained(base)
    settings = GLiNERConfig(
        model_name=str(base), hidden_size=16, max_width=4, max_len=40, span_mode="markerV0", dropout=0.0
    )
    GLiNER.from_config(settings).save_pretrained(str(folder))
    return folder


def _tiny() -> dict[str, int]:
    return {
        "vocab_size": len(WORDS),
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 64,
    }


def _tokenizer() -> Any:
    from transformers import BertTokenizerFast

    return BertTokenizerFast(vocab={word: n for n, word in enumerate(WORDS)}, do_lower_case=True)


def test_nothing_may_be_fetched() -> None:
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]) == ("1", "1")


@pytest.mark.parametrize(
    ("engine", "model", "installed", "said"),
    [
        ("spacy", "en_core_web_none", (), [sys.prefix, "-m spacy download en_core_web_none"]),
        (
            "transformers",
            "./none",
            (),
            ["needs torch and transformers", sys.prefix, "pip install 'handrail[transformers]'"],
        ),
        ("gliner", "./none", ("torch",), ["needs gliner", sys.prefix, "pip install 'handrail[gliner]'"]),
        (
            "gliner",
            "./none",
            ("torch", "gliner"),
            ["GLiNER model './none'", "/none is no folder", "hf download OWNER/NAME"],
        ),
        ("transformers", "/no/such", ("torch", "transformers"), ["/no/such is no folder", "--local-dir /no/such"]),
        ("transformers", "{here}", ("torch", "transformers"), ["no transformers model", "it has no config.json"]),
        ("gliner", "{here}", ("torch", "gliner"), ["no GLiNER model", "it has no gliner_config.json"]),
        ("spacy", "{here}", (), ["no spaCy model", "it has no meta.json"]),
    ],
)
def test_a_missing_model_is_told_with_its_remedy(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: Nlp,
    model: str,
    installed: tuple[str, ...],
    said: list[str],
) -> None:
    monkeypatch.setattr(language_model, "find_spec", lambda name: name in installed)

    with pytest.raises(MissingModel) as caught:
        Detector(nlp_engine=engine, nlp_model=model.format(here=tmp_path))

    assert [part for part in said if part not in str(caught.value)] == []


def test_without_names_no_model_is_asked_for() -> None:
    assert found(Detector(["PHONE_NUMBER"], nlp_engine="gliner", nlp_model="./none"), TEXT) == [PHONE]


def test_spacy_finds_names_that_lists_do_not(tmp_path: Path) -> None:
    model = str(spacy_model(tmp_path / "model"))

    assert found(Detector(nlp_model=model), TEXT) == [("PERSON", "zyx wvut"), PHONE]
    assert found(Detector(), TEXT) == [PHONE]
    assert told("spacy", model) == f"spaCy {spacy.__version__}, model"


def test_a_model_that_tells_no_persons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match=r"tells no persons.*its labels are: ANIMAL, ORG"):
        Detector(nlp_model=str(spacy_model(tmp_path / "model", "ANIMAL")))


@transformers
def test_transformers_finds_names_that_lists_do_not(transformers_model: Path) -> None:
    detector = Detector(nlp_engine="transformers", nlp_model=str(transformers_model))

    spans = detector.detect(TEXT)

    assert [(span.entity, TEXT[span.start : span.end]) for span in spans] == [("PERSON", "zyx wvut"), PHONE]
    assert spans[0].score == MOST
    assert found(detector, "we met Acme, 905-335-7777") == [PHONE]


@transformers
def test_a_text_longer_than_a_model_can_read_is_read_to_its_end(transformers_model: Path) -> None:
    detector = Detector(nlp_engine="transformers", nlp_model=str(transformers_model))
    text = f"{'we met the ' * 400}{TEXT}"

    assert found(detector, text) == [("PERSON", "zyx wvut"), PHONE]


@transformers
def test_a_text_that_a_model_fails_on_is_an_error(transformers_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = Detector(nlp_engine="transformers", nlp_model=str(transformers_model))
    from transformers import TokenClassificationPipeline

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(TokenClassificationPipeline, "forward", fail)

    with pytest.raises(RuntimeError, match="out of memory"):
        detector.scan(TEXT)


@transformers
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"model_type": "no-such"}, "does not load: ValueError"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2", "3": "LABEL_3"}}, "its labels are: LABEL_0"),
    ],
)
def test_a_broken_model_is_told(transformers_model: Path, tmp_path: Path, broken: dict[str, Any], said: str) -> None:
    config = Path(shutil.copytree(transformers_model, tmp_path / "model")) / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **broken}))

    with pytest.raises(MissingModel, match=said):
        Detector(nlp_engine="transformers", nlp_model=str(tmp_path / "model"))


@transformers
def test_a_name_is_looked_for_in_the_cache_alone(
    transformers_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--city--names" / "snapshots" / "0123"
    with pytest.raises(MissingModel, match=f"{tmp_path} does not hold it; get it with: hf download city/names"):
        Detector(nlp_engine="transformers", nlp_model="city/names")

    shutil.copytree(transformers_model, snapshot)
    (tmp_path / "models--city--names" / "refs").mkdir()
    (tmp_path / "models--city--names" / "refs" / "main").write_text("0123")

    assert found(Detector(nlp_engine="transformers", nlp_model="city/names"), TEXT) == [("PERSON", "zyx wvut"), PHONE]


@gliner
def test_gliner_finds_names_that_lists_do_not(tmp_path: Path) -> None:
    detector = Detector(nlp_engine="gliner", nlp_model=str(gliner_model(tmp_path / "model")))

    spans = detector.detect(TEXT)

    assert {span.entity for span in spans} == {"PERSON", "PHONE_NUMBER"}
    assert any("zyx" in TEXT[span.start : span.end] for span in spans if span.entity == "PERSON")
    assert all(span.score <= MOST for span in spans if span.entity == "PERSON")
    assert told("gliner", str(tmp_path / "model")).endswith(", model")


@gliner
def test_a_gliner_model_without_the_one_it_was_made_from_is_told(tmp_path: Path) -> None:
    folder = gliner_model(tmp_path / "model")
    config = folder / "gliner_config.json"
    config.write_text(
        json.dumps({**json.loads(config.read_text()), "model_name": "city/encoder", "encoder_config": None})
    )
    (folder / "tokenizer.json").unlink()

    with pytest.raises(MissingModel, match=r"does not load.*made from city/encoder; if that is not here: hf download"):
        Detector(nlp_engine="gliner", nlp_model=str(folder))
