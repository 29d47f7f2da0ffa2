/* ---
kind: profile
key: customer_id
description: Everybody who has an account, with what they bought
--- */
select
  c.customer_id,
  c.email,
  c.country,
  count(o.order_id) as orders,
  coalesce(sum(o.total), 0) as lifetime_value,
  max(o.ordered_at) as last_order_at
from {{ source('shop', 'customers') }} c
left join {{ source('shop', 'orders') }} o on o.customer_id = c.customer_id
group by all
