# SPDX-License-Identifier: BSD-2-Clause
"""Proofs that verdicts can be trusted: how often they are wrong on recorded noise, and what they find.

docs/methodology.md states the bounds that are proven here. Seeds are fixed, so a proof either holds or
does not; the numbers of draws make a bound that is missed by a factor of two show.
"""

import unittest

import numpy as np

import defaults
from noise import CLASSES, GATE_FINDS, LOOPS, SHAPED, Noise
from vbreport import held
from vbreport.changes import change_points
from vbreport.judge import ALPHA, TOLERANCE, Judgement, Pair, Verdict, judge_many
from vbreport.scatter import ALPHA as GATE_ALPHA
from vbreport.scatter import margins
from vbreport.series import ALPHA as TREND_ALPHA

POINTS = 6
DRAWS = 200
FEWER_DRAWS = 100
COMPARE_TRIALS = defaults.compare_trials()
GATES = defaults.gate()
# As `valebench regress` shares the chance of a false alarm among the scenarios of its timed lane.
SHARED_ALPHA = GATE_ALPHA / len(GATES)
SCENARIO_TRIALS = 5
HISTORY = 40


def in_turn(a: np.ndarray, b: np.ndarray) -> list[list[Pair]]:
    """Families of pairs from two (families, points, trials)."""
    return [
        [Pair(f"p{i}", list(x), list(y), paired=True) for i, (x, y) in enumerate(zip(*sides))]
        for sides in zip(a, b)
    ]


def gated(
    base: np.ndarray,
    now: np.ndarray,
    alpha: float = GATE_ALPHA,
    against: int = 0,
    old: np.ndarray | None = None,
) -> list[list[Pair]]:
    """Families of pairs with their margins from (families, runs, points, trials) of both. What scatters
    too much to hold `against` runs (0: those of now) is not held; where that is most of a baseline,
    which would be refused, all is. old: runs in turn with those of now, which stand for the baseline.
    """
    families = []
    left = base if old is None else old
    for known, before, after in zip(*(x.transpose(0, 2, 1, 3) for x in (base, left, now))):
        marks = marks_of(known, against or after.shape[1], alpha)
        limits = iter(
            margins([p.tolist() for p in known[marks]], after.shape[1], alpha, before.shape[1])
        )
        families.append(
            [
                Pair(
                    f"p{i}",
                    list(x.ravel()),
                    list(y.ravel()),
                    paired=old is not None,
                    margin=next(limits) if mark else 0.0,
                    not_held=None if mark else "it scatters",
                )
                for i, (x, y, mark) in enumerate(zip(before, after, marks))
            ]
        )
    return families


def marks_of(before: np.ndarray, after_runs: int, alpha: float) -> np.ndarray:
    """Which of (points, runs, trials) are held."""
    points = [{"unit": "cycles", "trials": point.tolist()} for point in before]
    try:
        held.mark(points, alpha, after_runs)
    except ValueError:
        return np.ones(len(points), dtype=bool)
    return np.array([p.get("held", True) for p in points])


def two_looks(look, which: list[int], runs: int) -> dict[int, Judgement]:
    """What look(families, runs) says of so many runs, and of twice as many where those cannot tell."""
    found = dict(zip(which, look(which, runs)))
    again = [i for i in which if found[i].verdict is Verdict.CANNOT_TELL]
    return found | dict(zip(again, look(again, 2 * runs)))


def of_gate(
    drawn: np.ndarray,
    entry: defaults.Gated,
    factor: np.ndarray | float = 1.0,
    drift: np.ndarray | float = 1.0,
) -> list[Judgement]:
    """Judgements of a tree that costs factor times as much, from (families, entry.all_runs, points,
    trials) of an unchanged one. drift: what the machine has done since the baseline's runs, which are
    the first of them. Any change is confirmed in turn.
    """
    base, later = np.split(drawn, [entry.baseline_runs], axis=1)
    now, old, new = np.split(later * drift, 3, axis=1)

    def judge_gated(which: list[int], *sides: np.ndarray | None) -> list[Judgement]:
        pairs = gated(base[which], sides[0], SHARED_ALPHA, entry.runs, *sides[1:])
        return judge_many(pairs, SHARED_ALPHA, TOLERANCE)

    found = two_looks(
        lambda which, runs: judge_gated(which, now[which, :runs] * factor_of(factor, which)),
        list(range(len(drawn))),
        entry.runs,
    )
    changed = [i for i, j in found.items() if j.verdict in (Verdict.WORSE, Verdict.BETTER)]
    found |= two_looks(
        lambda which, runs: judge_gated(
            which, new[which, :runs] * factor_of(factor, which), old[which, :runs]
        ),
        changed,
        entry.runs,
    )
    return list(found.values())


def factor_of(factor: np.ndarray | float, which: list[int]) -> np.ndarray | float:
    """Its part for those families, where each has its own."""
    return factor[which] if np.ndim(factor) == 4 else factor


class FalseAlarms(unittest.TestCase):
    """B is A: every finding is false."""

    def test_gate(self):
        for name, alarms in self.each_class(self.full_gates).items():
            self.assertLessEqual(alarms, DRAWS / 200, name)

    def full_gates(self, noise: Noise, rng) -> int:
        """How many of DRAWS whole runs of `valebench regress` end in worse."""
        alarm = np.zeros(DRAWS, dtype=bool)
        for entry in GATES:
            runs = entry.all_runs
            found = of_gate(noise.draw(rng, DRAWS, runs, entry.points, entry.trials), entry)
            alarm |= [j.verdict is Verdict.WORSE for j in found]
        return int(alarm.sum())

    def each_class(self, count) -> dict[str, int]:
        return {n: count(Noise(n), np.random.default_rng(i)) for i, n in enumerate(CLASSES)}

    def test_gate_on_a_machine_that_changed_at_one_point(self):
        """By up to a tenth, as caches do when the host moves memory about."""
        for seed, name in enumerate(LOOPS):
            rng, alarms = np.random.default_rng(seed), 0
            for entry in GATES:
                drift = np.ones((DRAWS, 1, entry.points, 1))
                drift[:, 0, 0, 0] = rng.uniform(0.9, 1.1, DRAWS)
                drawn = Noise(name).draw(rng, DRAWS, entry.all_runs, entry.points, entry.trials)
                alarms += sum(
                    j.verdict is Verdict.WORSE for j in of_gate(drawn, entry, drift=drift)
                )
            self.assertLessEqual(alarms, DRAWS / 200, name)

    def test_gate_of_a_small_baseline(self):
        alarms = 0
        for seed, name in enumerate(CLASSES):
            noise, rng = Noise(name), np.random.default_rng(seed)
            base = noise.draw(rng, DRAWS, 4, POINTS, SCENARIO_TRIALS)
            found = judge_many(gated(base[:, 1:], base[:, :1]), GATE_ALPHA, TOLERANCE)
            alarms += sum(j.verdict is Verdict.WORSE for j in found)
        self.assertLess(alarms, DRAWS * len(CLASSES) / 200)

    def test_compare_in_turn(self):
        wrong = 0
        for seed, name in enumerate(CLASSES):
            drawn = Noise(name).draw(
                np.random.default_rng(seed), FEWER_DRAWS, 1, POINTS, 2 * COMPARE_TRIALS
            )[:, 0]
            found = judge_many(in_turn(drawn[..., ::2], drawn[..., 1::2]), ALPHA, TOLERANCE)
            wrong += sum(j.verdict in (Verdict.WORSE, Verdict.BETTER) for j in found)
        self.assertLess(wrong, ALPHA * FEWER_DRAWS * len(CLASSES))

    def test_trend(self):
        marked = 0
        for seed, name in enumerate(CLASSES):
            drawn = Noise(name).draw(
                np.random.default_rng(seed), DRAWS, HISTORY, POINTS, SCENARIO_TRIALS
            )
            for history in np.median(drawn, axis=3).transpose(0, 2, 1):
                marked += any(change_points(s, TREND_ALPHA / POINTS) for s in history)
        self.assertLess(marked, TREND_ALPHA * DRAWS * len(CLASSES))


class NoFalseCalm(unittest.TestCase):
    """B is A - 5 %: whatever the noise, nobody may be told that it is the same."""

    def test_gate_and_compare(self):
        calm = 0
        for seed, name in enumerate(CLASSES):
            noise, rng = Noise(name), np.random.default_rng(seed)
            entry = GATES[0]
            runs = entry.all_runs
            base = noise.draw(rng, FEWER_DRAWS, runs, entry.points, entry.trials)
            both = noise.draw(rng, FEWER_DRAWS, 1, POINTS, 2 * COMPARE_TRIALS)[:, 0]
            pairs = in_turn(both[..., ::2], both[..., 1::2] * 0.95)
            for found in (of_gate(base, entry, 0.95), judge_many(pairs, ALPHA, TOLERANCE)):
                calm += sum(j.verdict in (Verdict.SAME, Verdict.BETTER) for j in found)
        self.assertLess(calm, 2 * FEWER_DRAWS * len(CLASSES) / 200)


class Found(unittest.TestCase):
    """One of six points loses 5 %, in noise of a stated spread and of the recorded shape."""

    def test_compare_in_turn_at_one_and_a_half_percent(self):
        for seed, name in enumerate(SHAPED):
            rng, noise = np.random.default_rng(seed), Noise(name)
            both = noise.shapes(rng, (100, POINTS, 2 * COMPARE_TRIALS), 0.015)
            a, b = both[..., ::2], both[..., 1::2].copy()
            b[:, 0] *= 0.95
            found = judge_many(in_turn(a, b), ALPHA, TOLERANCE)
            self.assertGreaterEqual(self.seen(found), 95, name)

    def test_gate_at_one_percent_and_a_third_of_it_between_runs(self):
        for seed, (name, least) in enumerate(GATE_FINDS.items()):
            rng, noise = np.random.default_rng(seed), Noise(name)
            for entry in GATES:
                size = (100, entry.all_runs, entry.points, entry.trials)
                runs = noise.shapes(rng, size, 0.01) * rng.normal(1, 0.003, (*size[:3], 1))
                one_of_them = np.where(np.arange(entry.points) == 0, 0.95, 1.0)[:, None]
                found = of_gate(runs, entry, one_of_them)
                self.assertGreaterEqual(self.seen(found), least, f"{name}, {entry.scenario}")

    def test_gate_at_any_point_that_it_holds(self):
        """The scatter of equal runs goes from 0.2 % at a point to 3 %, past what is held."""
        entry = GATES[0]
        scatter = np.linspace(0.002, 0.03, entry.points)
        for seed, name in enumerate(LOOPS):
            rng = np.random.default_rng(seed)
            size = (100, entry.all_runs, entry.points, entry.trials)
            centres = np.exp(rng.normal(0, scatter, size[:3]))
            runs = Noise(name).shapes(rng, size, 0.004) * centres[..., None]
            base = runs[:, : entry.baseline_runs].transpose(0, 2, 1, 3)
            marks = [np.flatnonzero(marks_of(b, entry.runs, SHARED_ALPHA)) for b in base]
            hit = np.array([rng.choice(m) for m in marks])
            factor = np.where(np.arange(entry.points) == hit[:, None], 0.95, 1.0)[:, None, :, None]
            found = of_gate(runs, entry, factor)
            seen = sum(j.findings[at].verdict is Verdict.WORSE for j, at in zip(found, hit))
            self.assertGreaterEqual(seen, 90, name)

    def test_small_losses_beside_a_great_gain(self):
        for loss in (0.99, 0.98, 0.97):
            rng, noise = np.random.default_rng(9), Noise("quiet")
            both = noise.shapes(rng, (100, POINTS, 2 * COMPARE_TRIALS), (1 - loss) / 4)
            a, b = both[..., ::2], both[..., 1::2].copy()
            b *= np.array([loss, 1.4, 1.4, 1.4, 1.4, 1.4])[None, :, None]
            self.assertGreaterEqual(self.seen(judge_many(in_turn(a, b), ALPHA, TOLERANCE)), 95)

    def test_counted_instructions_one_percent_in_one_run(self):
        rng = np.random.default_rng(5)
        counts = 500 * rng.uniform(0.9985, 1.0015, (100, 2, 3))
        families = [
            [Pair("p", list(a), list(b * 1.01), bigger_is_better=False, counted=True)]
            for a, b in counts
        ]
        self.assertEqual(self.seen(judge_many(families, ALPHA, TOLERANCE)), 100)

    def test_trend_marks_small_losses_hidden_by_a_greater_change(self):
        rng, noise = np.random.default_rng(6), Noise("quiet")
        for loss in (0.99, 0.98, 0.97):
            hits = 0
            for _ in range(100):
                levels = np.repeat([1.0, 1.4, loss], [20, 10, 20])
                trials = noise.shapes(rng, (50, SCENARIO_TRIALS), (1 - loss) / 4)
                marks = [
                    c.at
                    for c in change_points(levels * np.median(trials, axis=1), TREND_ALPHA / POINTS)
                ]
                hits += marks == [20, 30]
            self.assertGreaterEqual(hits, 95, loss)

    def seen(self, found: list) -> int:
        return sum(
            j.findings[0].verdict is Verdict.WORSE and j.verdict is Verdict.WORSE for j in found
        )


class Deterministic(unittest.TestCase):
    def test_a_family_is_judged_alike_alone_and_among_others(self):
        drawn = Noise("loaded").draw(np.random.default_rng(1), 5, 2, POINTS, SCENARIO_TRIALS)
        families = in_turn(drawn[:, 0], drawn[:, 1])
        together = judge_many(families, ALPHA, TOLERANCE)
        for family, judged in zip(families, together):
            self.assertEqual(judge_many([family], ALPHA, TOLERANCE), [judged])
