# SPDX-License-Identifier: BSD-2-Clause
from cases import StoreCase
from stores import Maker, p2p


class Figures(StoreCase):
    def test_ratio_ceiling_and_loss_come_from_the_same_frame_size(self):
        p2p(self.path)
        small, large = self.digest().sections[0].rows
        self.assertAlmostEqual(small.of_copy, 30.2e6 / 150e6)
        self.assertAlmostEqual(large.of_copy, 11.2e6 / 20e6)
        self.assertEqual((small.ceiling_pps, large.ceiling_pps), (80e6, 60e6))
        self.assertAlmostEqual(small.loss_ratio, 0.02)
        self.assertEqual((small.loss.offered, small.loss.packets), (5000, 100))
        self.assertEqual(small.loss.where(), "receive ring full at vale0:rxp")

    def test_a_failed_trial_never_becomes_a_number(self):
        p2p(self.path)
        large = self.digest().sections[0].rows[1]
        self.assertEqual(
            (large.summary.n, large.summary.median, len(large.point.trials)), (5, 11.2e6, 6)
        )
        self.assertNotIn(999e6, large.values)

    def test_a_calibration_of_another_size_is_not_taken(self):
        m = Maker(self.path)
        run = m.run()
        m.trial(m.point(run, {"frame_bytes": 60}, "calibration"), {"copy_pps": 1e8})
        m.trial(m.point(run, {"frame_bytes": 124}), {"rx_pps": 1e7})
        m.done()
        self.assertIsNone(self.digest().sections[0].rows[0].of_copy)

    def test_the_ceiling_of_the_same_batch_is_preferred(self):
        m = Maker(self.path)
        run = m.run()
        for burst, rate in ((1, 2e6), (512, 8e7)):
            m.trial(
                m.point(run, {"frame_bytes": 60, "burst": burst}, "calibration"),
                {"ceiling_pps": rate},
            )
        for burst in (1, 512):
            m.trial(
                m.point(run, {"frame_bytes": "60", "burst": burst, "senders": 1}), {"rx_pps": 1e6}
            )
        m.done()
        self.assertEqual([r.ceiling_pps for r in self.digest().sections[0].rows], [2e6, 8e7])

    def test_losses_outside_the_switch_have_a_place_too(self):
        m = Maker(self.path)
        point = m.point(m.run(), {"frame_bytes": 60})
        m.trial(
            point,
            {"rx_pps": 1e6, "lost_unread": 30, "lost_at_sender": 12},
            {("v:a", "tx_copies"): 100, ("v:a", "tx_drop_no_dest"): 10},
        )
        m.done()
        loss = self.digest().sections[0].rows[0].loss
        self.assertEqual(
            loss.by_cause(), {"lost_unread": 30, "tx_drop_no_dest": 10, "lost_at_sender": 2}
        )
        self.assertEqual(loss.offered, 112)
        self.assertEqual(loss.where(), "delivered but not read (71 %)")

    def test_losses_behind_cards_are_shares_of_what_was_sent(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(), {"frame_bytes": 60}),
            {"rx_pps": 1e6, "sent_packets": 200, "lost_at_program": 30, "lost_on_wire": 5},
            {("nic1", "card_missed"): 10, ("nic1", "card_dropped"): 0},
        )
        m.done()
        loss = self.digest().sections[0].rows[0].loss
        self.assertEqual(
            loss.by_cause(), {"lost_at_program": 30, "card_missed": 10, "lost_on_wire": 5}
        )
        self.assertEqual(loss.offered, 200)
        self.assertEqual(loss.where(), "program's own ring full (67 %)")

    def test_copies_are_known_from_their_destinations_when_the_sender_is_gone(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(), {"frame_bytes": 60}),
            {"rx_pps": 1e6},
            {("v:rx", "rx_packets"): 75, ("v:rx", "rx_drop_ring_full"): 25},
        )
        m.done()
        loss = self.digest().sections[0].rows[0].loss
        self.assertEqual((loss.offered, loss.packets), (100, 25))

    def test_a_cause_at_many_ports_is_named_once(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(), {"frame_bytes": 60}),
            {"rx_pps": 1e6},
            {(f"v:rx{i}", "rx_drop_ring_full"): 20 for i in range(3)}
            | {("v:tx", "tx_drop_no_dest"): 40},
        )
        m.done()
        self.assertEqual(
            self.digest().sections[0].rows[0].loss.where(), "receive ring full at 3 ports (60 %)"
        )

    def test_counters_of_failed_trials_do_not_count(self):
        m = Maker(self.path)
        point = m.point(m.run(), {"frame_bytes": 60})
        m.trial(point, {"rx_pps": 1e6}, {("v:a", "tx_copies"): 100})
        m.trial(point, None, {("v:a", "tx_drop_no_dest"): 100}, failed="guest died")
        m.done()
        self.assertEqual(self.digest().sections[0].rows[0].loss.packets, 0)

    def test_without_named_metrics_the_usual_one_is_shown(self):
        m = Maker(self.path)
        m.trial(
            m.point(m.run(graph={"x": "frame_bytes"}), {"frame_bytes": 60}),
            {"zeta": 1, "tx_pps": 2e6},
        )
        m.done()
        self.assertEqual([s.metric for s in self.digest().sections], ["tx_pps"])

    def test_a_baseline_is_the_row_that_differs_in_one_parameter(self):
        m = Maker(self.path)
        run = m.run(
            graph={
                "x": "frame_bytes",
                "y": ["rx_pps"],
                "compare": {"parameter": "switch", "baseline": "bridge"},
            }
        )
        for switch, size, rate in (
            ("vale", 60, 6e6),
            ("bridge", 60, 2e5),
            ("vale", 1514, 3e6),
            ("bridge", 1514, 1e5),
            ("vale", 124, 5e6),
        ):
            m.trial(m.point(run, {"frame_bytes": size, "switch": switch}), {"rx_pps": rate})
        m.done()
        section = self.digest().sections[0]
        self.assertEqual(section.baseline, "bridge")
        self.assertEqual([row.of_baseline for row in section.rows], [30.0, 1.0, 30.0, 1.0, None])
        more = [None if row.ns_more is None else round(row.ns_more, 1) for row in section.rows]
        self.assertEqual(more, [-4833.3, 0, -9666.7, 0, None])
