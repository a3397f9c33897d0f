# SPDX-License-Identifier: BSD-2-Clause
"""Where packets were lost, by the counters of the switch's ports (kmod/include/net/vale_stats.h).

Two places lie outside the switch: frames that a receiver's ring still held when its program ended,
and frames that a sender counted but the switch never took. The runner stores both as metrics, and
so it does with what receivers behind network cards reported, and what reached no card that counts.
"""

from dataclasses import dataclass

from .records import Point

UNREAD = "lost_unread"
UNSENT = "lost_at_sender"
AT_PROGRAM = "lost_at_program"
ON_WIRE = "lost_on_wire"
SENT = "sent_packets"
OUTSIDE = (UNREAD, AT_PROGRAM, ON_WIRE)
CAUSES = {
    "rx_drop_ring_full": "receive ring full",
    "rx_drop_not_ready": "receiver not ready",
    "rx_drop_bad_slot": "bad slot at the copy",
    "tx_drop_no_dest": "no destination",
    "tx_drop_lookup": "dropped by the module",
    "tx_drop_bad_slot": "bad slot at the sender",
    "tx_drop_no_switch": "sender in no switch",
    UNREAD: "delivered but not read",
    UNSENT: "left in the sender's ring",
    "card_missed": "card without room",
    "card_dropped": "between card and program",
    AT_PROGRAM: "program's own ring full",
    ON_WIRE: "on the wire",
}


@dataclass(slots=True, frozen=True)
class Loss:
    """Lost packets of one point's good trials: offered copies, and (port, cause, packets) with the
    greatest first.
    """

    offered: int
    places: tuple[tuple[str, str, int], ...]

    @property
    def packets(self) -> int:
        return sum(count for _, _, count in self.places)

    def by_cause(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for _, cause, count in self.places:
            total[cause] = total.get(cause, 0) + count
        return total

    def where(self) -> str:
        """The greatest cause and its place: "receive ring full at vale0:rxp (90 %)"; the share is
        left out if it is all.
        """
        if not self.places:
            return ""
        cause, count = max(self.by_cause().items(), key=lambda item: item[1])
        ports = [port for port, theirs, _ in self.places if theirs == cause and port]
        at = f" at {ports[0]}" if len(ports) == 1 else f" at {len(ports)} ports" if ports else ""
        share = "" if count == self.packets else f" ({100 * count / self.packets:.0f} %)"
        return f"{cause_title(cause)}{at}{share}"


def is_drop(counter: str) -> bool:
    return "_drop_" in counter or counter.startswith("card_")


def cause_title(counter: str) -> str:
    return CAUSES.get(counter, counter.replace("_", " "))


def loss_of(point: Point) -> Loss:
    """Offered is what senders gave the switch: copies queued, and packets that never became one; or
    what they sent from network cards.

    A sender's port, and with it its count of copies, is gone once its program has ended. Every
    copy is counted at its destination too, so the greater of both sums is what was offered.
    """
    places = [
        (port, name, value)
        for (port, name), value in point.counters.items()
        if is_drop(name) and value > 0
    ]
    copies, arrived, refused = (
        sum(value for (_, name), value in point.counters.items() if name.startswith(prefix))
        for prefix in (("tx_copies",), ("rx_packets", "rx_drop_"), ("tx_drop_",))
    )
    offered = max(copies, arrived) + refused
    # The runner's figure for the sender includes what the switch itself refused there, which has
    # counters of its own.
    unsent = sum(point.values(UNSENT)) - sum(
        count for _, name, count in places if name.startswith("tx_drop_")
    )
    outside = [("", name, round(sum(point.values(name)))) for name in OUTSIDE]
    places += [place for place in (*outside, ("", UNSENT, round(unsent))) if place[2] > 0]
    offered += max(0, round(unsent))
    offered = round(sum(point.values(SENT))) or offered
    return Loss(offered, tuple(sorted(places, key=lambda p: (-p[2], p[0], p[1]))))
