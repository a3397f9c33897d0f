# SPDX-License-Identifier: BSD-2-Clause
import unittest

from vbreport import units


class Units(unittest.TestCase):
    def test_quantities_as_people_write_them(self):
        cases = (
            (31_240_000, "pps", "31.24 Mpps"),
            (31_240_000, "packets/s", "31.24 Mpps"),
            (999, "pps", "999.0 pps"),
            (15_000, "pps", "15.00 kpps"),
            (1.5e9, "bits/s", "1.500 Gbit/s"),
            (1500, "ns", "1.500 µs"),
            (12, "ns", "12.00 ns"),
            (2.5e9, "ns", "2.500 s"),
            (20 << 20, "bytes", "20.00 MiB"),
            (0.25, "ratio", "0.2500"),
            (7, "packets", "7.000 packets"),
            (0, "pps", "0 pps"),
            (-15_000, "pps", "-15.00 kpps"),
        )
        for value, unit, text in cases:
            with self.subTest(value=value, unit=unit):
                self.assertEqual(units.quantity(value, unit), text)

    def test_percentages(self):
        for ratio, text in ((0, "0 %"), (0.01234, "1.23 %"), (1, "100 %"), (0.5, "50 %")):
            self.assertEqual(units.percent(ratio), text)

    def test_names_of_metrics(self):
        for name, title in (
            ("rx_pps", "delivered packets"),
            ("latency_p99_9_ns", "latency, 99.9th percentile"),
            ("wire_latency_p50_ns", "wire latency, median"),
            ("spare_rings", "spare rings"),
        ):
            self.assertEqual(units.metric_title(name), title)
