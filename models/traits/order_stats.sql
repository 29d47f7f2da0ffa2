/* ---
kind: trait
profile: customers
key: customer_id
owner: data@shop.example
description: What a customer has bought, in total and in the last year (EUR)
--- */
with

since as (
  select today - {{ var('value_days', 365) }} as starts_at
  from {{ ref('clock') }}
)

select
  o.customer_id,
  count(*) as orders,
  cast(sum(o.total_eur) as decimal(12, 2)) as lifetime_value,
  cast(sum(case when o.ordered_at >= since.starts_at then o.total_eur else 0 end) as decimal(12, 2)) as value_last_year,
  min(o.ordered_at) as first_order_at,
  max(o.ordered_at) as last_order_at
from {{ ref('completed_orders') }} as o
cross join since
group by o.customer_id
