/* ---
kind: event
key: order_id
owner: data@shop.example
description: Completed orders of the last 30 days, each to be told once
--- */
-- The window only keeps a first run small. An order that falls out of it is not taken back: append ignores removals.
select
  o.order_id,
  o.customer_id,
  c.email,
  o.ordered_at,
  o.channel,
  o.total,
  o.currency
from {{ ref('completed_orders') }} as o
join {{ source('shop', 'customers') }} as c
  on c.customer_id = o.customer_id
cross join {{ ref('clock') }} as clock
where o.ordered_at >= clock.today - {{ var('event_days', 30) }}
