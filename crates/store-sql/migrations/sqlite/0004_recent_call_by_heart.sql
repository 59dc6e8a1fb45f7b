-- The ids of recent calls are known by heart while the server runs; this table is read at its start.
-- An index over random texts cost a page for each call.
DROP INDEX recent_call_id;
