/* ---
kind: table
key: order_id
owner: data@shop.example
description: Orders that were paid and kept, with their total in EUR
--- */
-- The rate is the year's budget rate, not the day's: otherwise every lifetime value would change, and be sent, every morning.
select
  o.order_id,
  o.customer_id,
  o.ordered_at,
  o.channel,
  o.total,
  o.currency,
  cast(o.total * c.eur_rate as decimal(12, 2)) as total_eur
from {{ source('shop', 'orders') }} as o
join {{ source('shop', 'currencies') }} as c
  on c.currency = o.currency
where o.status = 'completed'
  and o.ordered_at <= {{ as_of }}
