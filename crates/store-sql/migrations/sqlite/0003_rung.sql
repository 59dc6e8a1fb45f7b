-- At whose devices a call rang, an array of users; null for nobody.
ALTER TABLE call ADD COLUMN rung TEXT;
UPDATE call SET rung = (
    SELECT json_group_array(user) FROM (
        SELECT DISTINCT concerned.value AS user
        FROM event JOIN json_each(event.body, '$.user_ids') AS concerned
        WHERE event.call = call.id
            AND (event.body ->> 'kind' = 'rang'
                OR event.body ->> 'kind' = 'newCall' AND event.body ->> 'direction' = 'in')
        ORDER BY user))
WHERE id IN (
    SELECT event.call FROM event
    WHERE event.body ->> 'kind' IN ('newCall', 'rang')
        AND event.body ->> 'user_ids' IS NOT NULL
        AND (event.body ->> 'kind' = 'rang' OR event.body ->> 'direction' = 'in'));
-- Of what was missed, where it rang: who looks for theirs looks at these alone.
CREATE INDEX call_rung ON call (started_at, rung) WHERE missed = 1 AND rung IS NOT NULL;
