-- SPDX-License-Identifier: BSD-2-Clause
-- From version 2 of the trial store to version 3. Which compiler made what earlier runs measured is not known.
ALTER TABLE runs ADD COLUMN compiler TEXT;
