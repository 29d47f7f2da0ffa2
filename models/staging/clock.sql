/* ---
kind: table
key: clock_id
owner: data@shop.example
description: One row with the day that every "last N days" in this project counts back from
--- */
-- Not plainly the instant of the run: when the load behind the warehouse stands still, so does this clock. Otherwise the windows would
-- move on over old data, and every audience of recent customers would slowly be emptied. The event stream never pauses, so
-- its newest row tells how fresh the load is.
-- A day, not an instant: two runs on the same day see the same windows, and only data that changed is sent.
select
  1 as clock_id,
  cast(least({{ as_of }}, max(occurred_at)) as date) as today
from {{ source('shop', 'web_events') }}
