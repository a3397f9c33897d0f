-- SPDX-License-Identifier: BSD-2-Clause
-- From version 1 of the trial store to version 2; the tables that are new come from results/schema.sql afterwards.
ALTER TABLE runs ADD COLUMN measure TEXT NOT NULL DEFAULT 'throughput';
ALTER TABLE runs ADD COLUMN machine_class TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN fit TEXT NOT NULL DEFAULT 'unknown' CHECK (fit IN ('fit','unfit','unknown'));
ALTER TABLE runs ADD COLUMN comparison TEXT;
ALTER TABLE runs ADD COLUMN side TEXT CHECK (side IN ('A','B'));
UPDATE runs SET measure = 'latency' WHERE scenario_yaml LIKE '%' || char(10) || 'measure: latency' || char(10) || '%';
UPDATE runs SET measure = 'memory' WHERE scenario_yaml LIKE '%' || char(10) || 'measure: memory' || char(10) || '%';
UPDATE runs SET machine_class = machine_class(cpu_model, cpus);
