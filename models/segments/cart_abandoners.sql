/* ---
kind: segment
profile: customers
key: customer_id
owner: growth@shop.example
description: Put something into the cart in the last 14 days and has not ordered since
--- */
with

last_carts as (
  select
    e.customer_id,
    max(e.occurred_at) as last_cart_at
  from {{ source('shop', 'web_events') }} as e
  cross join {{ ref('clock') }} as clock
  where e.customer_id is not null
    and e.event_name = 'add_to_cart'
    and e.occurred_at >= clock.today - {{ var('cart_days', 14) }}
    and e.occurred_at <= {{ as_of }}
  group by e.customer_id
)

select c.customer_id
from last_carts as c
where not exists (
  select 1
  from {{ ref('completed_orders') }} as o
  where o.customer_id = c.customer_id
    and o.ordered_at >= c.last_cart_at
)
