"""Matcher of texts with a vocabulary: words, meaning, passages, and their standard scores together."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.embeddings.text_vectors import TextVectors
from queries.likeness.matcher import TextMatcher, Weights
from queries.likeness.n_grams import NodeText, likeliest
from queries.likeness.passages import passages
from queries.likeness.standard_scores import combine, standard_scores
from queries.likeness.word_index import WordIndex
from tests.support.tiny_embedder import TinyEmbedder

NAMES = ["Weld robots", "Maintain pumps", "Price stock", "Teach customers", "Tender documents"]


def test_meaning_joins_languages() -> None:
    """A Chinese text finds the English name; by words alone nothing is like it."""
    by_words = TextMatcher(NAMES, None).scores(["维护水泵"])
    assert not by_words.combined.any()
    assert by_words.whole is None
    both = TextMatcher(NAMES, TextVectors(TinyEmbedder(), None)).scores(["维护水泵", "投标"])
    assert both.combined.argmax(axis=1).tolist() == [1, 4]


def test_a_passage_counts_beside_the_whole() -> None:
    """A sentence that names several things is like each of them in one of its passages."""
    matcher = TextMatcher(NAMES, TextVectors(TinyEmbedder(), None))
    text = "Apply at night: you weld robots, and we teach the customer what bid and tender mean"
    scores = matcher.scores([text])
    assert scores.whole is not None
    assert scores.passage is not None
    assert scores.passage[0, 0] > 0.999
    assert scores.whole[0, 0] < 0.6
    alone = TextMatcher(NAMES, TextVectors(TinyEmbedder(), None), Weights(1, 0, 0)).scores([text])
    np.testing.assert_allclose(alone.combined, standard_scores(scores.whole), rtol=1e-5)


def test_combined_is_the_stated_formula() -> None:
    """The weighted sum of standard scores, by the root of the sum of squared weights; equal scores tell nothing."""
    rng = np.random.default_rng(3)
    first, second = (rng.normal(size=(4, 9)).astype(np.float32) for _ in range(2))
    plain = [
        [
            (2 * (a - first[r].mean()) / first[r].std() + (b - second[r].mean()) / second[r].std()) / 5**0.5
            for a, b in zip(first[r], second[r], strict=True)
        ]
        for r in range(4)
    ]
    np.testing.assert_allclose(combine([(first, 2), (second, 1)]), plain, rtol=1e-4)
    assert not standard_scores(np.full((2, 3), 7, np.float32)).any()


@settings(max_examples=30)
@given(st.lists(st.text("abcd 泵焊接", max_size=12), min_size=1, max_size=6))
def test_passages_are_parts_of_the_text(texts: list[str]) -> None:
    """Each is a part of its text, none stands twice, and a text has at least one."""
    for text in texts:
        cut = passages(text)
        assert cut
        assert len(set(cut)) == len(cut)
        assert all(passage in text for passage in cut)


def test_word_index_is_like_what_aligns() -> None:
    """Equal names are alike by 1, and the best names are those that alignment by n-grams finds."""
    index = WordIndex(NAMES)
    likeness = index.likeness([*NAMES, "", "pump maintenance"])
    np.testing.assert_allclose(np.diag(likeness[:5]), 1, rtol=1e-5)
    assert not likeness[5].any()
    pairs = likeliest([NodeText(["pump maintenance"], [])], [NodeText([name], []) for name in NAMES], 1)
    assert likeness[6].argmax() == pairs.right[0]
    assert WordIndex([]).likeness(["a"]).shape == (1, 0)
