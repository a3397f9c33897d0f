# SPDX-License-Identifier: BSD-2-Clause
"""Is side B faster or slower than side A? Ratios, intervals and p values of many points at once.

A point's ratio is the median of B over the median of A. Its interval is a percentile bootstrap (Efron,
1979) with a fixed seed; its p value is the two-sided Mann-Whitney U test, exact where no values are tied.
The overall p value is van Elteren's test (1960): Mann-Whitney stratified by point. Holm's step-down
(1979) keeps the chance of any false finding among all points and the overall one under ALPHA.
"""

import enum
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from scipy import stats as scipy_stats

SEED = 19451217
RESAMPLES = 999
CONFIDENCE = 0.99
ALPHA = 0.01
TOLERANCE = 0.05
RESOLUTION = 0.005
COUNTED_RESOLUTION = 0.005
EXACT_UP_TO = 60
BATCH_BYTES = 32 << 20


class Verdict(enum.Enum):
    """What a pair of samples says. WORSE and BETTER are in the metric's own sense: a lower latency is
    better. NOT_HELD says nothing, and of single pairs only.
    """

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    CANNOT_TELL = "cannot tell"
    NOT_HELD = "not held"


@dataclass(slots=True)
class Pair:
    """The trials of one point on both sides, in one unit. counted: figures such as instructions that
    do not scatter. margin: a ratio nearer to 1 than this is what equal runs differ by. doubt: why no
    verdict is possible whatever the values say. crowded: why a change cannot be told, though
    it can that there is none. not_held: why its figures are told and take no part in any test.
    """

    name: str
    a: list[float]
    b: list[float]
    bigger_is_better: bool = True
    counted: bool = False
    paired: bool = False
    margin: float = 0.0
    doubt: str | None = None
    crowded: str | None = None
    not_held: str | None = None


@dataclass(slots=True)
class Finding:
    """ratio: B over A; low, high: its interval at CONFIDENCE; p, p_holm: before and after Holm's
    correction; each is None where it cannot be had. why: the verdict's reason in words.
    """

    pair: Pair
    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None = None
    verdict: Verdict = Verdict.CANNOT_TELL
    why: str = ""

    @property
    def gain(self) -> float | None:
        """How much better B is, as a share: -0.05 is five percent worse."""
        if self.ratio is None:
            return None
        return self.ratio - 1 if self.pair.bigger_is_better else 1 - self.ratio


@dataclass(slots=True)
class Judgement:
    """All findings of a comparison; overall is a Finding of the geometric mean of the ratios of B's
    merit, or None under two points.
    """

    findings: list[Finding]
    overall: Finding | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def held(self) -> list[Finding]:
        """The points that the verdict rests on."""
        return [f for f in self.findings if f.verdict is not Verdict.NOT_HELD]

    @property
    def verdict(self) -> Verdict:
        """Worse if any held point or the whole is; then cannot tell if any cannot; then better; else
        same.
        """
        points = [f.verdict for f in self.held]
        whole = [self.overall.verdict] if self.overall else []
        if Verdict.WORSE in points + whole:
            return Verdict.WORSE
        if not points or Verdict.CANNOT_TELL in points:
            return Verdict.CANNOT_TELL
        return Verdict.BETTER if Verdict.BETTER in points + whole else Verdict.SAME


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p values along the last axis; NaN stays NaN and counts as no hypothesis."""
    order = np.argsort(p, axis=-1)
    ranked = np.take_along_axis(p, order, axis=-1)
    count = np.sum(~np.isnan(p), axis=-1, keepdims=True)
    factor = np.maximum(count - np.arange(p.shape[-1]), 1)
    grown = np.minimum(np.maximum.accumulate(ranked * factor, axis=-1), 1)
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, grown, axis=-1)
    return np.where(np.isnan(p), np.nan, adjusted)


def rank_test(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Two-sided Mann-Whitney p of each row of (rows, n) against (rows, m); 1 where all are equal."""
    both = np.sort(np.concatenate([a, b], axis=1), axis=1)
    tied = np.any(both[:, 1:] == both[:, :-1], axis=1)
    if max(a.shape[1], b.shape[1]) > EXACT_UP_TO:
        tied = np.ones_like(tied)
    p = np.ones(len(a))
    for rows, method in ((~tied, "exact"), (tied & (both[:, 0] < both[:, -1]), "asymptotic")):
        if rows.any():
            p[rows] = scipy_stats.mannwhitneyu(a[rows], b[rows], axis=1, method=method).pvalue
    return p


def stratified_test(groups: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """van Elteren's (z, two-sided p) over strata: each a pair of (families, n) and (families, m)."""
    total, variance = 0.0, 0.0
    for a, b in groups:
        n, m = a.shape[1], b.shape[1]
        ranks = scipy_stats.rankdata(np.concatenate([a, b], axis=1), axis=1)
        weight = 1.0 / (n + m + 1)
        total = total + weight * (ranks[:, n:].sum(axis=1) - m * (n + m + 1) / 2)
        # The variance of ranks as they are: ties make it smaller.
        variance = variance + weight**2 * n * m / (n + m) * ranks.var(axis=1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, total / np.sqrt(variance), 0.0)
    return z, 2 * scipy_stats.norm.sf(np.abs(z))


def ratio_resamples(a: np.ndarray, b: np.ndarray, paired: bool = False) -> np.ndarray:
    """(rows, RESAMPLES) of median(b)/median(a), rows resampled alike; paired: trial i of both sides
    together, for they were taken side by side.
    """
    rng = np.random.default_rng(SEED)
    at_a = rng.integers(0, a.shape[1], (RESAMPLES, a.shape[1]))
    if not paired:
        at_b = rng.integers(0, b.shape[1], (RESAMPLES, b.shape[1]))
        return _medians_by_rank(b, at_b) / _medians_by_rank(a, at_a)
    return _medians_by_trial(b, at_a) / _medians_by_trial(a, at_a)


def _medians_by_trial(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Medians of the resamples `at` of every row, trial by trial: ranks of one byte sort far faster
    than values do.
    """
    n = values.shape[1]
    order = np.argsort(values, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1).astype(np.uint8 if n <= 256 else np.uint32)
    ordered = np.take_along_axis(values, order, axis=1)
    step = max(1, BATCH_BYTES // (ranks.itemsize * at.size))
    parts = []
    for i in range(0, len(values), step):
        places = np.sort(ranks[i : i + step][:, at], axis=2, kind="stable")
        middle = [places[:, :, k].astype(np.intp) for k in ((n - 1) // 2, n // 2)]
        parts.append(sum(np.take_along_axis(ordered[i : i + step], m, axis=1) for m in middle) / 2)
    return np.concatenate(parts)


def _medians_by_rank(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Medians of the resamples `at` of every row. Drawn from sorted values, the median's place is the
    median of the drawn places, which all rows share.
    """
    places, n = np.sort(at, axis=1), at.shape[1]
    ordered = np.sort(values, axis=1)
    return (ordered[:, places[:, (n - 1) // 2]] + ordered[:, places[:, n // 2]]) / 2


def interval(resamples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The percentile interval at CONFIDENCE along the last axis."""
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(resamples, (tail, 100 - tail), axis=-1)
    return low, high


def judge(pairs: list[Pair], alpha: float = ALPHA, tolerance: float = TOLERANCE) -> Judgement:
    """Findings of all pairs and of them together. alpha: chance of any false finding; tolerance: the
    change that "same" rules out.
    """
    return judge_many([pairs], alpha, tolerance)[0]


def judge_many(families: list[list[Pair]], alpha: float, tolerance: float) -> list[Judgement]:
    """Judges families of pairs, each by itself, in one go: as judge() of each."""
    findings = [
        [_counted(pair) if pair.counted else Finding(pair, *[None] * 4) for pair in pairs]
        for pairs in families
    ]
    scattered = [[f for f in each if not f.pair.counted and _usable(f)] for each in findings]
    samples = iter(_measure([f for each in scattered for f in each]))
    return [
        _judged(each, [(f, next(samples)) for f in measured], alpha, tolerance)
        for each, measured in zip(findings, scattered)
    ]


def _judged(
    findings: list[Finding],
    measured: list[tuple[Finding, np.ndarray]],
    alpha: float,
    tolerance: float,
) -> Judgement:
    """Decides one family, of whose findings those with resampled ratios were measured."""
    held = [(f, ratios) for f, ratios in measured if not f.pair.not_held]
    for f, _ in measured:
        if f.pair.not_held:
            _tell(f)
    tested = [f for f, _ in held]
    overall = _overall(tested, [ratios for _, ratios in held])
    tested += [overall] if overall else []
    for finding, p in zip(tested, holm(np.array([f.p for f in tested], dtype=float))):
        finding.p_holm = float(p)
        _decide(finding, alpha, tolerance, len(tested))
    return Judgement(findings, overall)


def _usable(finding: Finding) -> bool:
    """Whether there is something to test; otherwise says why not."""
    pair = finding.pair
    if not pair.a or not pair.b:
        finding.why = "no good trial on " + (
            "both sides" if not pair.a and not pair.b else "A" if not pair.a else "B"
        )
    elif min(*pair.a, *pair.b) <= 0:
        finding.why = "a ratio needs values above zero"
    elif min(len(pair.a), len(pair.b)) < 3:
        finding.why = f"{min(len(pair.a), len(pair.b))} trials on a side cannot say how much they scatter; take at least 3"
    return not finding.why


def _counted(pair: Pair) -> Finding:
    """Counts do not scatter, so one trial a side is enough: their range is the interval."""
    finding = Finding(pair, *[None] * 4)
    if not pair.a or not pair.b or min(*pair.a, *pair.b) <= 0:
        finding.why = "no count on one side"
        return finding
    finding.ratio = float(np.median(pair.b) / np.median(pair.a))
    finding.low, finding.high = min(pair.b) / max(pair.a), max(pair.b) / min(pair.a)
    limit = max(COUNTED_RESOLUTION, pair.margin)
    if pair.doubt:
        finding.why = pair.doubt
    elif finding.low > 1 + limit or finding.high < 1 - limit:
        finding.verdict = Verdict.BETTER if finding.gain > 0 else Verdict.WORSE
        finding.why = f"counts beyond their own scatter of {100 * limit:.2g} %"
    elif abs(finding.ratio - 1) <= limit:
        finding.verdict, finding.why = Verdict.SAME, f"counts within {100 * limit:.2g} %"
    else:
        finding.why = "the counts scatter more than they differ"
    return finding


def _measure(findings: list[Finding]) -> list[np.ndarray]:
    """Fills in ratio, interval and p of every finding; returns the resampled ratios of each."""
    groups = defaultdict(list)
    for i, f in enumerate(findings):
        groups[len(f.pair.a), len(f.pair.b), f.pair.paired].append(i)
    samples: list = [None] * len(findings)
    for (_, _, paired), members in groups.items():
        a = np.array([findings[i].pair.a for i in members], dtype=float)
        b = np.array([findings[i].pair.b for i in members], dtype=float)
        ratios, p = ratio_resamples(a, b, paired), rank_test(a, b)
        low, high = interval(ratios)
        centre = np.median(b, axis=1) / np.median(a, axis=1)
        for k, i in enumerate(members):
            f = findings[i]
            f.ratio, f.low, f.high, f.p = (float(v[k]) for v in (centre, low, high, p))
            samples[i] = ratios[k]
    return samples


def _overall(findings: list[Finding], samples: list[np.ndarray]) -> Finding | None:
    """The points together, each turned so that bigger is better."""
    if len(findings) < 2:
        return None
    signs = [1 if f.pair.bigger_is_better else -1 for f in findings]
    log_ratio = np.mean([s * np.log(f.ratio) for s, f in zip(signs, findings)])
    low, high = interval(np.exp(np.mean([s * np.log(r) for s, r in zip(signs, samples)], axis=0)))
    strata = [
        (s * np.array([f.pair.a], dtype=float), s * np.array([f.pair.b], dtype=float))
        for s, f in zip(signs, findings)
    ]
    doubts = [f.pair.doubt for f in findings if f.pair.doubt]
    whole = Pair(
        "overall",
        [],
        [],
        margin=max(f.pair.margin for f in findings),
        doubt=doubts[0] if len(doubts) == len(findings) else None,
        crowded=next((f.pair.crowded for f in findings if f.pair.crowded), None),
    )
    p = float(stratified_test(strata)[1][0])
    return Finding(whole, float(np.exp(log_ratio)), float(low), float(high), p)


def _tell(f: Finding) -> None:
    """Of a point that is not held: its figures stay, and its p value is none of a test."""
    f.p, f.why = None, f.pair.doubt or f.pair.not_held
    f.verdict = Verdict.CANNOT_TELL if f.pair.doubt else Verdict.NOT_HELD


def _decide(f: Finding, alpha: float, tolerance: float, family: int) -> None:
    """Sure of a change: p, interval and margin all say so. Sure of none: the interval lies within the
    tolerance.
    """
    limit = max(RESOLUTION, f.pair.margin)
    apart = f.high < 1 or f.low > 1
    changed = f.p_holm < alpha and apart and abs(f.ratio - 1) > limit
    if f.pair.doubt:
        f.why = f.pair.doubt
    elif changed and not f.pair.crowded:
        f.verdict = Verdict.BETTER if f.gain > 0 else Verdict.WORSE
        f.why = f"p {f.p_holm:.2g} after Holm's correction for {family} tests"
    elif f.low > 1 - tolerance and f.high < 1 + tolerance:
        f.verdict, f.why = Verdict.SAME, f"a change of {100 * tolerance:g} % would have been seen"
    elif changed:
        f.why = f.pair.crowded
    elif f.p_holm < alpha and apart:
        f.why = f"equal runs differ by up to {100 * limit:.2g} % here"
    else:
        f.why = (
            f"the scatter hides changes of {100 * tolerance:g} %: the interval reaches "
            f"from {100 * (f.low - 1):+.1f} to {100 * (f.high - 1):+.1f} %"
        )
