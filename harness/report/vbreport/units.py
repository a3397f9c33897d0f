# SPDX-License-Identifier: BSD-2-Clause
"""Units of the store (pps, bps, ns, ratio, bytes ...) as people read them."""

from dataclasses import dataclass

_SI = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_TIME = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_BYTES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "bytes"))
_LADDERS = {
    "pps": tuple((f, p + "pps") for f, p in _SI),
    "bps": tuple((f, p + "bit/s") for f, p in _SI),
    "ns": _TIME,
    "bytes": _BYTES,
    "Hz": tuple((f, p + "Hz") for f, p in _SI),
}
_ALIASES = {
    "packets/s": "pps",
    "pkt/s": "pps",
    "bit/s": "bps",
    "bits/s": "bps",
    "byte": "bytes",
    "B": "bytes",
}

_NAMES = {
    "rx_pps": "delivered packets",
    "tx_pps": "sent packets",
    "rx_bps": "delivered bits",
    "tx_bps": "sent bits",
    "latency_count": "frames timed",
    "latency_lost": "timed frames that never came back",
    "copy_pps": "bare copy loop",
    "ceiling_pps": "generator's own ceiling",
    "spread_pps": "plain copies to as many rings",
    "ndr_pps": "rate without loss (NDR)",
    "pdr_pps": "rate with little loss (PDR)",
    "back_to_back_packets": "longest burst without loss",
    "offered_pps": "offered packets",
    "loss_ratio": "loss",
    "ns_per_packet": "time a packet costs",
    "cycles_per_packet": "cycles a packet costs",
    "copies_per_packet": "bare copies that a packet costs",
    "boot_ms": "boot time",
    "kernel_memory_mib": "kernel memory",
    "busy_cpus": "busy processors",
}
_LATENCY = {
    "min": "least",
    "mean": "mean",
    "p50": "median",
    "p90": "90th percentile",
    "p99": "99th percentile",
    "p99_9": "99.9th percentile",
    "max": "greatest",
}


@dataclass(slots=True, frozen=True)
class Scale:
    """Divide a value in the store's unit by factor to have it in unit."""

    factor: float
    unit: str


def canonical(unit: str) -> str:
    """One name for each unit, however the store spells it: packets/s is pps, bits/s is bps."""
    return _ALIASES.get(unit, unit)


def scale(largest: float, unit: str) -> Scale:
    """The scale in which the largest of some values is at least 1, so that axes and columns read
    well.
    """
    ladder = _LADDERS.get(canonical(unit))
    if not ladder:
        return Scale(1.0, "" if unit in ("ratio", "1") else unit)
    for factor, name in ladder:
        if abs(largest) >= factor:
            return Scale(factor, name)
    return Scale(*ladder[-1])


def number(value: float) -> str:
    """Four significant digits, no exponent where people would not write one."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e6:
        return f"{value:.3e}"
    return f"{value:#.4g}".rstrip(".") if abs(value) < 1000 else f"{value:.0f}"


def quantity(value: float, unit: str) -> str:
    """A value with its unit: "31.24 Mpps"."""
    chosen = scale(value, unit)
    return f"{number(value / chosen.factor)} {chosen.unit}".rstrip()


def percent(ratio: float) -> str:
    """A ratio as a percentage with three significant digits: 0.0123 -> "1.23 %"."""
    return f"{100 * ratio:.3g} %"


def bigger_is_better(metric: str, unit: str) -> bool:
    """Rates and packets of a burst grow as a switch improves; times, losses, memory and instruction
    counts shrink.
    """
    return canonical(unit) in ("pps", "bps") or metric.startswith("back_to_back")


def is_counted(unit: str) -> bool:
    """Units of figures that a machine counts exactly and that do not scatter as times do."""
    return unit.startswith("instructions")


def metric_title(name: str) -> str:
    """What a metric's name means, in words; the name itself where it is not one we know."""
    if name in _NAMES:
        return _NAMES[name]
    prefix, _, part = name.removesuffix("_ns").partition("latency_")
    if name.endswith("_ns") and part in _LATENCY:
        return f"{prefix.replace('_', ' ')}latency, {_LATENCY[part]}"
    return name.replace("_", " ")
