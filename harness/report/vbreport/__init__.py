# SPDX-License-Identifier: BSD-2-Clause
"""Reports of stored runs: terminal tables, gnuplot graphs and one HTML page a run. Knows only
results/schema.sql.
"""
