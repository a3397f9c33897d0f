# SPDX-License-Identifier: BSD-2-Clause
"""Writes a graph as a gnuplot script with its data file, and runs gnuplot to SVG and PNG.

The script names its files without folders: `gnuplot NAME.gp` in the report's folder draws it again.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .err import Exit, ReportError, one_line
from .graph import Curve, Graph

LIMIT_S = 60
# Okabe and Ito's palette without its yellow, which vanishes on white; told apart with any colour
# vision.
COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000", "7F7F7F")
REFERENCE = "8C8C8C"
POINTS = (7, 5, 9, 13, 11, 15, 6, 4)
FONT = "DejaVu Sans"
TITLE_SIZE = 15
SMALLEST = 9
# Characters times points that fit beside the y axis.
BOLD_ROOM = 960
ROOM = 1080
# Not yerrorbars: gnuplot puts a white disc under the middle of those.
SPREAD_BAR = "vectors heads size graph 0.008,90 fixed nofilled lw 1.6"
TERMINALS = {
    "svg": f"svg size 880,540 dynamic noenhanced font '{FONT},14' background '#ffffff'",
    "png": f"pngcairo size 1760,1080 noenhanced font '{FONT},11.5' fontscale 2 linewidth 2 pointscale 2 "
    "background '#ffffff'",
}


def draw(graph: Graph, folder: Path, formats: list[str]) -> list[Path]:
    """Writes NAME.gp and NAME.dat into folder, draws NAME.svg and NAME.png as asked; returns all.

    Raises ReportError where gnuplot is missing (MISSING), fails (INTERNAL) or takes over LIMIT_S
    seconds (TIMEOUT).
    """
    graph.limit()
    program = _program(graph)
    script, data = folder / f"{graph.stem}.gp", folder / f"{graph.stem}.dat"
    data.write_text(data_text(graph), encoding="utf-8")
    script.write_text(script_text(graph, formats), encoding="utf-8")
    _run(program, graph, script)
    if "svg" in formats:
        _spell_weight(folder / f"{graph.stem}.svg")
    return [script, data, *(folder / f"{graph.stem}.{f}" for f in formats)]


def in_terminal(graph: Graph) -> str:
    """The graph as text, as wide as the terminal: by gnuplot's block terminal where it has one (6.0),
    else by dumb. Raises ReportError as draw() does.
    """
    graph.limit()
    program = _program(graph)
    size = shutil.get_terminal_size((100, 30))
    columns, lines = max(40, size.columns), max(16, min(size.lines - 2, 40))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / f"{graph.stem}.dat").write_text(data_text(graph), encoding="utf-8")
        script = place / f"{graph.stem}.gp"
        for terminal in ("block", "dumb"):
            script.write_text(
                "\n".join(
                    [
                        script_text(graph, []),
                        *_plain_frame(graph),
                        f"set terminal {terminal} size {columns},{lines} noenhanced",
                        plot_command(graph),
                        "",
                    ]
                ),
                encoding="utf-8",
            )
            try:
                drawn = _run(program, graph, script)
            except ReportError:
                if terminal == "dumb":
                    raise
                continue
            return "\n".join(line.rstrip() for line in drawn.strip("\f\n").splitlines()) + "\n"


def _plain_frame(graph: Graph) -> list[str]:
    """What characters can show: no grid, and a heading of whole lines, the y axis named in the last."""
    heads = [graph.title, graph.place, graph.origin, graph.y_title]
    return [
        "unset grid",
        "unset label",
        "unset ylabel",
        "unset tmargin",
        *([] if "unset key" in _key(graph) else ["set key top outside vertical"]),
        "set title " + '."\\n".'.join(quoted(head) for head in heads if head),
    ]


def _program(graph: Graph) -> str:
    program = shutil.which("gnuplot")
    if not program:
        raise ReportError(
            Exit.MISSING,
            f"drawing {graph.stem}: gnuplot is not installed; apt-get install gnuplot-nox",
        )
    return program


def _spell_weight(svg: Path) -> None:
    """gnuplot's SVG keeps a font's weight within its name, where no viewer finds it."""
    text = svg.read_text(encoding="utf-8")
    svg.write_text(text.replace(f'"{FONT}:Bold"', f'"{FONT}" font-weight="bold"'), encoding="utf-8")


def _run(program: str, graph: Graph, script: Path) -> str:
    try:
        done = subprocess.run(
            [program, script.name],
            cwd=script.parent,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReportError(
            Exit.TIMEOUT, f"drawing {graph.stem}: gnuplot took over {LIMIT_S} s on {script}"
        ) from None
    if done.returncode:
        why = one_line(
            done.stderr.strip().splitlines()[-1]
            if done.stderr.strip()
            else f"status {done.returncode}"
        )
        raise ReportError(Exit.INTERNAL, f"drawing {graph.stem}: gnuplot failed on {script}: {why}")
    return done.stdout


def data_text(graph: Graph) -> str:
    """Two blocks a curve, two empty lines apart: x, y, end and other end of the bar; then x, y of
    each trial.
    """
    blocks = []
    for curve in graph.curves:
        blocks.append(
            [
                f"# {one_line(curve.title)}: x y low high",
                *(" ".join(map(_number, p)) for p in curve.points),
            ]
        )
        blocks.append(
            [
                "# each trial: x y",
                *(" ".join(map(_number, p)) for p in curve.raw or [(float("nan"),) * 2]),
            ]
        )
    return (
        "# SPDX-License-Identifier: BSD-2-Clause\n"
        + "\n\n\n".join("\n".join(block) for block in blocks)
        + "\n"
    )


def _number(value: float) -> str:
    return "NaN" if value != value else f"{value:.10g}"


def quoted(text: str) -> str:
    """A gnuplot string that is taken literally whatever it holds."""
    return "'" + one_line(text).replace("'", "''") + "'"


def script_text(graph: Graph, formats: list[str]) -> str:
    """The whole script; `replot` draws the same plot again for each further format."""
    lines = [
        "# SPDX-License-Identifier: BSD-2-Clause",
        "set encoding utf8",
        *_frame(graph),
        *_axis_lines(graph),
    ]
    plot = plot_command(graph)
    for i, name in enumerate(formats):
        lines += [
            f"set terminal {TERMINALS[name]}",
            f"set output {quoted(f'{graph.stem}.{name}')}",
            plot if i == 0 else "replot",
        ]
    return "\n".join([*lines, "unset output", ""])


def plot_command(graph: Graph) -> str:
    return "plot " + ", \\\n     ".join(_plots(graph))


def _frame(graph: Graph) -> list[str]:
    heads = [
        (graph.title, TITLE_SIZE),
        (graph.place, 12),
        (graph.origin, 10),
        ("; ".join(graph.notes), 10),
    ]
    heads = [(text, size) for text, size in heads if text]
    lines = []
    for i, (text, size) in enumerate(heads):
        text, font = _fitted(text, size)
        lines.append(
            f"set label {i + 1} {quoted(text)} at graph 0, graph 1 offset character 0, "
            f"{1.15 * (len(heads) - i) - 0.2:.2f} left font {quoted(font)}"
        )
    return [
        *lines,
        f"set tmargin {1.15 * len(heads) + 1.2:.2f}",
        "set rmargin 3",
        "set border 3 lc rgb '#606060'",
        "set tics nomirror",
        "set grid ytics lc rgb '#DCDCDC' lt 1 lw 1",
        *_key(graph),
        f"set xlabel {quoted(graph.x_title)} offset 0, 0.4",
        f"set ylabel {quoted(graph.y_title)}",
    ]


def _key(graph: Graph) -> list[str]:
    if len(graph.curves) == 1 and graph.kind in ("lines", "bars"):
        return ["unset key"]
    title = [f"set key title {quoted(graph.key_title)} left"] if graph.key_title else []
    return [
        f"set key below horizontal Left reverse left samplen 3 height {1.6 if title else 0.8}",
        *title,
    ]


def _fitted(text: str, size: float) -> tuple[str, str]:
    """(text, font) that fit the drawing's width: smaller first, and cut only where it would become
    hard to read.
    """
    weight, room = (":Bold", BOLD_ROOM) if size == TITLE_SIZE else ("", ROOM)
    size = min(size, max(SMALLEST, room / max(1, len(text))))
    most = int(room / size)
    return text if len(text) <= most else text[: most - 1] + "…", f"{FONT}{weight},{size:.3g}"


def _axis_lines(graph: Graph) -> list[str]:
    lines = [
        f"set logscale {axis} 10" for axis, log in (("x", graph.log_x), ("y", graph.log_y)) if log
    ]
    if not graph.log_y and graph.kind != "trend":
        lines.append("set yrange [0:*]")
    for axis, ticks in (("x", graph.x_ticks), ("y", graph.y_ticks)):
        if ticks:
            # Labels of ticks are formats, where a percent sign must be doubled.
            named = ", ".join(
                f"{quoted(text.replace('%', '%%'))} {_number(at)}" for at, text in ticks
            )
            lines.append(f"set {axis}tics ({named})")
    if graph.kind in ("bars", "stack"):
        lines += [
            f"set xrange [-0.6:{len(graph.x_ticks) - 0.4:g}]",
            "set style fill solid 1 noborder",
        ]
        if sum(len(text) + 2 for _, text in graph.x_ticks) > 90:
            lines.append("set xtics rotate by 35 right font ',11'")
    elif graph.kind == "lines" and graph.x_ticks:
        lines.append(_side_room([at for at, _ in graph.x_ticks], graph.log_x))
    if graph.kind == "tail":
        times = [x for curve in graph.curves for x, *_ in curve.points]
        # Room above 100 %, where all curves begin.
        lines += ["set grid xtics ytics", _side_room(times, True), "set yrange [*:1.4]"]
    if graph.kind == "trend":
        lines += _trend_lines(graph)
    return lines


def _trend_lines(graph: Graph) -> list[str]:
    """Room for one run at each side, one percent around a series that never moved, and the marks."""
    runs = [x for curve in graph.curves for x, *_ in curve.points]
    lines = [
        f"set xrange [{min(runs) - 1:g}:{max(runs) + 1:g}]",
        "set yrange [*<0.99:1.01<*]",
    ]
    for at, text in graph.marks:
        lines += [
            f"set arrow from {at:g}, graph 0 to {at:g}, graph 1 nohead dt (6,4) lw 1.2 lc rgb '#{REFERENCE}'",
            f"set label {quoted(text)} at {at:g}, graph 0.03 offset character 0.4, 0 left font ',11'",
        ]
    return lines


def _side_room(places: list[float], log: bool) -> str:
    low, high = min(places), max(places)
    if log:
        room = (high / low) ** 0.04
        return f"set xrange [{low / room:g}:{high * room:g}]"
    room = 0.04 * (high - low)
    return f"set xrange [{low - room:g}:{high + room:g}]"


def _plots(graph: Graph) -> list[str]:
    source = quoted(f"{graph.stem}.dat")
    painter = {"lines": _lines, "bars": _bars, "stack": _stack, "tail": _tail, "trend": _trend}[
        graph.kind
    ]
    parts = [painter(source, i, curve, graph) for i, curve in enumerate(graph.curves)]
    if graph.kind == "stack":
        # Each layer reaches down to the axis, so the topmost must be painted first.
        parts.reverse()
    return [part for group in parts for part in group]


def _look(i: int, curve: Curve) -> tuple[str, int]:
    return (
        (REFERENCE, 1) if curve.reference else (COLOURS[i % len(COLOURS)], POINTS[i % len(POINTS)])
    )


def _lines(source: str, i: int, curve: Curve, graph: Graph) -> list[str]:
    colour, point = _look(i, curve)
    if curve.reference:
        return [
            f"{source} index {2 * i} using 1:2 with lines lw 2 dt (8,5) lc rgb '#{colour}' title {quoted(curve.title)}"
        ]
    return [
        f"{source} index {2 * i + 1} using 1:2 with points pt 7 ps 0.5 lc rgb '#A0{colour}' notitle",
        f"{source} index {2 * i} using 1:3:(0):($4-$3) with {SPREAD_BAR} lc rgb '#{colour}' notitle",
        f"{source} index {2 * i} using 1:2 with linespoints lw 2.2 pt {point} ps 0.8 lc rgb '#{colour}' "
        f"title {quoted(curve.title)}",
    ]


def _bars(source: str, i: int, curve: Curve, graph: Graph) -> list[str]:
    colour, _ = _look(i, curve)
    width = 0.7 / max(1, len(graph.curves))
    x = f"($1 + {(i - (len(graph.curves) - 1) / 2) * width:.4f})"
    return [
        f"{source} index {2 * i} using {x}:2:({0.92 * width:.4f}) with boxes lc rgb '#{colour}' title {quoted(curve.title)}",
        f"{source} index {2 * i} using {x}:3:(0):($4-$3) with {SPREAD_BAR} lc rgb '#303030' notitle",
        f"{source} index {2 * i + 1} using {x}:2 with points pt 6 ps 0.5 lc rgb '#60303030' notitle",
    ]


def _stack(source: str, i: int, curve: Curve, graph: Graph) -> list[str]:
    colour, _ = _look(i, curve)
    return [
        f"{source} index {2 * i} using 1:2:(0.6) with boxes lc rgb '#{colour}' title {quoted(curve.title)}"
    ]


def _tail(source: str, i: int, curve: Curve, graph: Graph) -> list[str]:
    colour, _ = _look(i, curve)
    dash = "" if i % 2 == 0 else " dt (10,3)"
    return [
        f"{source} index {2 * i} using 1:2 with steps lw 2.2{dash} lc rgb '#{colour}' title {quoted(curve.title)}"
    ]


def _trend(source: str, i: int, curve: Curve, graph: Graph) -> list[str]:
    colour, point = _look(i, curve)
    return [
        f"{source} index {2 * i} using 1:2 with linespoints lw 1.6 pt {point} ps 0.5 lc rgb '#{colour}' "
        f"title {quoted(curve.title)}"
    ]
