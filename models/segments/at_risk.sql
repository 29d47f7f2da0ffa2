/* ---
kind: segment
profile: customers
key: customer_id
owner: crm@shop.example
description: Good customers who have stopped; five orders or more, none for four months, but not gone for over a year
--- */
select s.customer_id
from {{ ref('order_stats') }} as s
cross join {{ ref('clock') }} as clock
where s.orders >= {{ var('at_risk_min_orders', 5) }}
  and s.last_order_at < clock.today - {{ var('at_risk_after_days', 120) }}
  and s.last_order_at >= clock.today - {{ var('at_risk_until_days', 365) }}
