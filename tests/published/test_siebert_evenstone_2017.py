"""Siebert-Evenstone et al. (2017), In search of conversational grain size: the moving stanza window.

The definition, line by line: v_ab = [w_a w_b − h_a h_b > 0], w over the line and its window, h over
the window without the line. A discussion of two speakers about data (0), design (1), clients (2).
"""

from __future__ import annotations

import numpy as np

from qualcode.stats.order.sequences import stanza_counts

# line: codes, speaker
LINES = [({0}, 0), ({1}, 1), (set(), 0), ({0, 2}, 1), ({1}, 0), ({1}, 0)]


def rows() -> tuple[list[int], list[int]]:
    pairs = [(at, code) for at, (codes, _) in enumerate(LINES) for code in sorted(codes)]
    return [at for at, _ in pairs], [code for _, code in pairs]


def test_connections_with_a_window_of_three_lines() -> None:
    unit, code = rows()
    found = stanza_counts(unit, code, 3, document=[0] * 6, window=3)[0]
    # data–design: lines 1 (with 0), 3 (with 1), 4 (with 3), 5 (with 3)
    # data–clients: line 3; design–clients: lines 3 (with 1), 4 and 5 (with 3)
    assert found.tolist() == [[2, 4, 1], [4, 3, 3], [1, 3, 1]]


def test_a_window_of_one_line_is_co_occurrence_on_the_line() -> None:
    unit, code = rows()
    found = stanza_counts(unit, code, 3, document=[0] * 6, window=1)[0]
    assert found.tolist() == [[2, 0, 1], [0, 3, 0], [1, 0, 1]]


def test_speakers_add_up_to_the_conversation() -> None:
    unit, code = rows()
    speaker = [one for _, one in LINES]
    by_speaker = stanza_counts(unit, code, 3, document=[0] * 6, window=3, group=speaker, n_groups=2)
    whole = stanza_counts(unit, code, 3, document=[0] * 6, window=3)
    assert np.array_equal(by_speaker.sum(axis=0), whole[0])
    # The second speaker's lines 1 and 3.
    assert by_speaker[1].tolist() == [[1, 2, 1], [2, 1, 1], [1, 1, 1]]
