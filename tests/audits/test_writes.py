"""What a handler writes is quoted in its own words, not in those of the markup around them."""

import pytest

from audits.accessibility._writes import Scripts


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('box.textContent = "Saved to your list";', "Saved to your list"),
        ('box.innerHTML = `<p class="note large">Your list was saved</p>`;', "Your list was saved"),
        ('box.innerHTML = `<p class="columns small-12"><ul>${rows}</ul></p>`;', ""),
        (r"box.innerHTML = '<p title=\'of the town\'>' + rows;", ""),
    ],
)
def test_quotes_words_and_no_attributes(source, said):
    (write,) = Scripts(source).writes(source)

    assert write.said == said
